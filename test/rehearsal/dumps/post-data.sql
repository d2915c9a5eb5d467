--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: auth; Owner: postgres
--

ALTER TABLE ONLY auth.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- Name: channels channels_channel_id_key; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.channels
    ADD CONSTRAINT channels_channel_id_key UNIQUE (channel_id);


--
-- Name: channels channels_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.channels
    ADD CONSTRAINT channels_pkey PRIMARY KEY (id);


--
-- Name: channels channels_public_slug_key; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.channels
    ADD CONSTRAINT channels_public_slug_key UNIQUE (public_slug);


--
-- Name: chat_messages chat_messages_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.chat_messages
    ADD CONSTRAINT chat_messages_pkey PRIMARY KEY (id);


--
-- Name: chat_sessions chat_sessions_channel_id_user_id_key; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.chat_sessions
    ADD CONSTRAINT chat_sessions_channel_id_user_id_key UNIQUE (channel_id, user_id);


--
-- Name: chat_sessions chat_sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.chat_sessions
    ADD CONSTRAINT chat_sessions_pkey PRIMARY KEY (id);


--
-- Name: error_logs error_logs_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.error_logs
    ADD CONSTRAINT error_logs_pkey PRIMARY KEY (id);


--
-- Name: public_chat_limits public_chat_limits_identifier_channel_id_key; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.public_chat_limits
    ADD CONSTRAINT public_chat_limits_identifier_channel_id_key UNIQUE (identifier, channel_id);


--
-- Name: public_chat_limits public_chat_limits_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.public_chat_limits
    ADD CONSTRAINT public_chat_limits_pkey PRIMARY KEY (id);


--
-- Name: transcript_chunks transcript_chunks_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.transcript_chunks
    ADD CONSTRAINT transcript_chunks_pkey PRIMARY KEY (id);


--
-- Name: transcript_chunks transcript_chunks_video_id_chunk_index_key; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.transcript_chunks
    ADD CONSTRAINT transcript_chunks_video_id_chunk_index_key UNIQUE (video_id, chunk_index);


--
-- Name: user_creators user_creators_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.user_creators
    ADD CONSTRAINT user_creators_pkey PRIMARY KEY (id);


--
-- Name: user_creators user_creators_user_id_channel_id_key; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.user_creators
    ADD CONSTRAINT user_creators_user_id_channel_id_key UNIQUE (user_id, channel_id);


--
-- Name: user_usage user_usage_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.user_usage
    ADD CONSTRAINT user_usage_pkey PRIMARY KEY (id);


--
-- Name: user_usage user_usage_user_id_key; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.user_usage
    ADD CONSTRAINT user_usage_user_id_key UNIQUE (user_id);


--
-- Name: videos videos_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.videos
    ADD CONSTRAINT videos_pkey PRIMARY KEY (id);


--
-- Name: videos videos_video_id_key; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.videos
    ADD CONSTRAINT videos_video_id_key UNIQUE (video_id);


--
-- Name: idx_channels_channel_id; Type: INDEX; Schema: public; Owner: postgres
--

CREATE INDEX idx_channels_channel_id ON public.channels USING btree (channel_id);


--
-- Name: idx_channels_public_slug; Type: INDEX; Schema: public; Owner: postgres
--

CREATE INDEX idx_channels_public_slug ON public.channels USING btree (public_slug) WHERE (public_slug IS NOT NULL);


--
-- Name: idx_chat_messages_session_id; Type: INDEX; Schema: public; Owner: postgres
--

CREATE INDEX idx_chat_messages_session_id ON public.chat_messages USING btree (session_id);


--
-- Name: idx_chat_sessions_user_id_channel_id; Type: INDEX; Schema: public; Owner: postgres
--

CREATE INDEX idx_chat_sessions_user_id_channel_id ON public.chat_sessions USING btree (user_id, channel_id);


--
-- Name: idx_public_chat_limits_identifier_channel_id; Type: INDEX; Schema: public; Owner: postgres
--

CREATE INDEX idx_public_chat_limits_identifier_channel_id ON public.public_chat_limits USING btree (identifier, channel_id);


--
-- Name: idx_transcript_chunks_channel_id; Type: INDEX; Schema: public; Owner: postgres
--

CREATE INDEX idx_transcript_chunks_channel_id ON public.transcript_chunks USING btree (channel_id);


--
-- Name: idx_transcript_chunks_embedding; Type: INDEX; Schema: public; Owner: postgres
--

CREATE INDEX idx_transcript_chunks_embedding ON public.transcript_chunks USING ivfflat (embedding public.vector_cosine_ops) WITH (lists='100');


--
-- Name: idx_transcript_chunks_video_id; Type: INDEX; Schema: public; Owner: postgres
--

CREATE INDEX idx_transcript_chunks_video_id ON public.transcript_chunks USING btree (video_id);


--
-- Name: idx_user_usage_user_id; Type: INDEX; Schema: public; Owner: postgres
--

CREATE INDEX idx_user_usage_user_id ON public.user_usage USING btree (user_id);


--
-- Name: idx_videos_channel_id; Type: INDEX; Schema: public; Owner: postgres
--

CREATE INDEX idx_videos_channel_id ON public.videos USING btree (channel_id);


--
-- Name: idx_videos_video_id; Type: INDEX; Schema: public; Owner: postgres
--

CREATE INDEX idx_videos_video_id ON public.videos USING btree (video_id);


--
-- Name: channels update_channels_updated_at; Type: TRIGGER; Schema: public; Owner: postgres
--

CREATE TRIGGER update_channels_updated_at BEFORE UPDATE ON public.channels FOR EACH ROW EXECUTE FUNCTION public.update_updated_at_column();


--
-- Name: chat_sessions update_chat_sessions_updated_at; Type: TRIGGER; Schema: public; Owner: postgres
--

CREATE TRIGGER update_chat_sessions_updated_at BEFORE UPDATE ON public.chat_sessions FOR EACH ROW EXECUTE FUNCTION public.update_updated_at_column();


--
-- Name: transcript_chunks update_transcript_chunks_updated_at; Type: TRIGGER; Schema: public; Owner: postgres
--

CREATE TRIGGER update_transcript_chunks_updated_at BEFORE UPDATE ON public.transcript_chunks FOR EACH ROW EXECUTE FUNCTION public.update_updated_at_column();


--
-- Name: user_usage update_user_usage_updated_at; Type: TRIGGER; Schema: public; Owner: postgres
--

CREATE TRIGGER update_user_usage_updated_at BEFORE UPDATE ON public.user_usage FOR EACH ROW EXECUTE FUNCTION public.update_updated_at_column();


--
-- Name: videos update_videos_updated_at; Type: TRIGGER; Schema: public; Owner: postgres
--

CREATE TRIGGER update_videos_updated_at BEFORE UPDATE ON public.videos FOR EACH ROW EXECUTE FUNCTION public.update_updated_at_column();


--
-- Name: chat_messages chat_messages_session_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.chat_messages
    ADD CONSTRAINT chat_messages_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.chat_sessions(id) ON DELETE CASCADE;


--
-- Name: public_chat_limits public_chat_limits_channel_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.public_chat_limits
    ADD CONSTRAINT public_chat_limits_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.channels(channel_id) ON DELETE CASCADE;


--
-- Name: user_creators user_creators_channel_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.user_creators
    ADD CONSTRAINT user_creators_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.channels(id) ON DELETE CASCADE;


--
-- Name: user_creators user_creators_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.user_creators
    ADD CONSTRAINT user_creators_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;


--
-- Name: user_usage user_usage_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.user_usage
    ADD CONSTRAINT user_usage_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;


--
-- Name: users; Type: ROW SECURITY; Schema: auth; Owner: postgres
--

ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;

--
-- Name: channels Anyone can view channels; Type: POLICY; Schema: public; Owner: postgres
--

CREATE POLICY "Anyone can view channels" ON public.channels FOR SELECT USING (true);


--
-- Name: transcript_chunks Anyone can view transcript chunks; Type: POLICY; Schema: public; Owner: postgres
--

CREATE POLICY "Anyone can view transcript chunks" ON public.transcript_chunks FOR SELECT USING (true);


--
-- Name: videos Anyone can view videos; Type: POLICY; Schema: public; Owner: postgres
--

CREATE POLICY "Anyone can view videos" ON public.videos FOR SELECT USING (true);


--
-- Name: channels Authenticated users can insert channels; Type: POLICY; Schema: public; Owner: postgres
--

CREATE POLICY "Authenticated users can insert channels" ON public.channels FOR INSERT WITH CHECK ((auth.uid() IS NOT NULL));


--
-- Name: videos Authenticated users can insert videos; Type: POLICY; Schema: public; Owner: postgres
--

CREATE POLICY "Authenticated users can insert videos" ON public.videos FOR INSERT WITH CHECK ((auth.uid() IS NOT NULL));


--
-- Name: channels Authenticated users can update channels; Type: POLICY; Schema: public; Owner: postgres
--

CREATE POLICY "Authenticated users can update channels" ON public.channels FOR UPDATE USING ((auth.uid() IS NOT NULL));


--
-- Name: channels Service role can manage channels; Type: POLICY; Schema: public; Owner: postgres
--

CREATE POLICY "Service role can manage channels" ON public.channels USING ((auth.role() = 'service_role'::text));


--
-- Name: public_chat_limits Service role can manage public chat limits; Type: POLICY; Schema: public; Owner: postgres
--

CREATE POLICY "Service role can manage public chat limits" ON public.public_chat_limits USING ((auth.role() = 'service_role'::text));


--
-- Name: transcript_chunks Service role can manage transcript chunks; Type: POLICY; Schema: public; Owner: postgres
--

CREATE POLICY "Service role can manage transcript chunks" ON public.transcript_chunks USING ((auth.role() = 'service_role'::text));


--
-- Name: videos Service role can manage videos; Type: POLICY; Schema: public; Owner: postgres
--

CREATE POLICY "Service role can manage videos" ON public.videos USING ((auth.role() = 'service_role'::text));


--
-- Name: chat_messages Users can manage messages of their own sessions; Type: POLICY; Schema: public; Owner: postgres
--

CREATE POLICY "Users can manage messages of their own sessions" ON public.chat_messages USING ((EXISTS ( SELECT 1
   FROM public.chat_sessions s
  WHERE ((s.id = chat_messages.session_id) AND (s.user_id = auth.uid())))));


--
-- Name: chat_sessions Users can manage their own chat sessions; Type: POLICY; Schema: public; Owner: postgres
--

CREATE POLICY "Users can manage their own chat sessions" ON public.chat_sessions USING ((auth.uid() = user_id)) WITH CHECK ((auth.uid() = user_id));


--
-- Name: user_creators Users can manage their own creators; Type: POLICY; Schema: public; Owner: postgres
--

CREATE POLICY "Users can manage their own creators" ON public.user_creators USING ((auth.uid() = user_id)) WITH CHECK ((auth.uid() = user_id));


--
-- Name: user_usage Users can manage their own usage; Type: POLICY; Schema: public; Owner: postgres
--

CREATE POLICY "Users can manage their own usage" ON public.user_usage USING ((auth.uid() = user_id)) WITH CHECK ((auth.uid() = user_id));


--
-- Name: channels; Type: ROW SECURITY; Schema: public; Owner: postgres
--

ALTER TABLE public.channels ENABLE ROW LEVEL SECURITY;

--
-- Name: chat_messages; Type: ROW SECURITY; Schema: public; Owner: postgres
--

ALTER TABLE public.chat_messages ENABLE ROW LEVEL SECURITY;

--
-- Name: chat_sessions; Type: ROW SECURITY; Schema: public; Owner: postgres
--

ALTER TABLE public.chat_sessions ENABLE ROW LEVEL SECURITY;

--
-- Name: public_chat_limits; Type: ROW SECURITY; Schema: public; Owner: postgres
--

ALTER TABLE public.public_chat_limits ENABLE ROW LEVEL SECURITY;

--
-- Name: transcript_chunks; Type: ROW SECURITY; Schema: public; Owner: postgres
--

ALTER TABLE public.transcript_chunks ENABLE ROW LEVEL SECURITY;

--
-- Name: user_creators; Type: ROW SECURITY; Schema: public; Owner: postgres
--

ALTER TABLE public.user_creators ENABLE ROW LEVEL SECURITY;

--
-- Name: user_usage; Type: ROW SECURITY; Schema: public; Owner: postgres
--

ALTER TABLE public.user_usage ENABLE ROW LEVEL SECURITY;

--
-- Name: videos; Type: ROW SECURITY; Schema: public; Owner: postgres
--

ALTER TABLE public.videos ENABLE ROW LEVEL SECURITY;

--
-- Name: DEFAULT PRIVILEGES FOR SEQUENCES; Type: DEFAULT ACL; Schema: public; Owner: postgres
--

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON SEQUENCES  TO anon;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON SEQUENCES  TO authenticated;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON SEQUENCES  TO service_role;


--
-- Name: DEFAULT PRIVILEGES FOR FUNCTIONS; Type: DEFAULT ACL; Schema: public; Owner: postgres
--

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON FUNCTIONS  TO anon;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON FUNCTIONS  TO authenticated;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON FUNCTIONS  TO service_role;


--
-- Name: DEFAULT PRIVILEGES FOR TABLES; Type: DEFAULT ACL; Schema: public; Owner: postgres
--

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON TABLES  TO anon;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON TABLES  TO authenticated;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON TABLES  TO service_role;


--
-- PostgreSQL database dump complete
--

\unrestrict aBcDeF

