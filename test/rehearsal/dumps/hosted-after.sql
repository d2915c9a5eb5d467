COPY auth.sessions (id, user_id, aal) FROM stdin;
11111111-1111-4111-8111-111111111111	22222222-2222-4222-8222-222222222222	aal1
\.

COPY public.hand_made (id, remark) FROM stdin;
1	a tab\there, a backslash \\. and 日本
2	\N
\.

COPY storage.objects (id, name) FROM stdin;
11111111-1111-4111-8111-111111111111	a/b
\.

SELECT pg_catalog.setval('auth.refresh_tokens_id_seq', 12, true);
SELECT pg_catalog.setval('public.hand_made_id_seq', 2, true);
