export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  public: {
    Tables: {
      audit_log: {
        Row: {
          action: Database['public']['Enums']['audit_action'];
          actor_id: string | null;
          created_at: string;
          id: string;
          new_record: Json | null;
          old_record: Json | null;
          record_id: string;
          table_name: string;
        };
        ComputedFields: never;
        Insert: {
          action: Database['public']['Enums']['audit_action'];
          actor_id?: string | null;
          created_at?: string;
          id?: string;
          new_record?: Json | null;
          old_record?: Json | null;
          record_id: string;
          table_name: string;
        };
        Update: {
          action?: Database['public']['Enums']['audit_action'];
          actor_id?: string | null;
          created_at?: string;
          id?: string;
          new_record?: Json | null;
          old_record?: Json | null;
          record_id?: string;
          table_name?: string;
        };
        Relationships: [];
      };
      channels: {
        Row: {
          added_by: string | null;
          avatar_url: string | null;
          channel_name: string;
          channel_url: string;
          chunk_count: number;
          created_at: string;
          error_message: string | null;
          id: string;
          indexed_videos: number;
          ingest_lives: boolean;
          ingest_shorts: boolean;
          ingest_videos: boolean;
          ingestion_method: string | null;
          ingestion_progress: number;
          ingestion_status: Database['public']['Enums']['ingestion_status'];
          last_indexed_at: string | null;
          public_slug: string | null;
          subscriber_count: string | null;
          total_videos: number;
          updated_at: string;
          uploads_playlist_id: string | null;
          video_import_limit: number | null;
          video_import_mode: Database['public']['Enums']['video_import_mode'];
          youtube_channel_id: string;
        };
        ComputedFields: never;
        Insert: {
          added_by?: string | null;
          avatar_url?: string | null;
          channel_name: string;
          channel_url: string;
          chunk_count?: number;
          created_at?: string;
          error_message?: string | null;
          id?: string;
          indexed_videos?: number;
          ingest_lives?: boolean;
          ingest_shorts?: boolean;
          ingest_videos?: boolean;
          ingestion_method?: string | null;
          ingestion_progress?: number;
          ingestion_status?: Database['public']['Enums']['ingestion_status'];
          last_indexed_at?: string | null;
          public_slug?: string | null;
          subscriber_count?: string | null;
          total_videos?: number;
          updated_at?: string;
          uploads_playlist_id?: string | null;
          video_import_limit?: number | null;
          video_import_mode?: Database['public']['Enums']['video_import_mode'];
          youtube_channel_id: string;
        };
        Update: {
          added_by?: string | null;
          avatar_url?: string | null;
          channel_name?: string;
          channel_url?: string;
          chunk_count?: number;
          created_at?: string;
          error_message?: string | null;
          id?: string;
          indexed_videos?: number;
          ingest_lives?: boolean;
          ingest_shorts?: boolean;
          ingest_videos?: boolean;
          ingestion_method?: string | null;
          ingestion_progress?: number;
          ingestion_status?: Database['public']['Enums']['ingestion_status'];
          last_indexed_at?: string | null;
          public_slug?: string | null;
          subscriber_count?: string | null;
          total_videos?: number;
          updated_at?: string;
          uploads_playlist_id?: string | null;
          video_import_limit?: number | null;
          video_import_mode?: Database['public']['Enums']['video_import_mode'];
          youtube_channel_id?: string;
        };
        Relationships: [];
      };
      chat_messages: {
        Row: {
          content: string;
          created_at: string;
          id: string;
          role: Database['public']['Enums']['message_role'];
          session_id: string;
          sources: Json | null;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          content: string;
          created_at?: string;
          id?: string;
          role: Database['public']['Enums']['message_role'];
          session_id: string;
          sources?: Json | null;
          user_id?: string;
        };
        Update: {
          content?: string;
          created_at?: string;
          id?: string;
          role?: Database['public']['Enums']['message_role'];
          session_id?: string;
          sources?: Json | null;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'chat_messages_user_id_session_id_fkey';
            columns: ['user_id', 'session_id'];
            isOneToOne: false;
            referencedRelation: 'chat_sessions';
            referencedColumns: ['user_id', 'id'];
          },
        ];
      };
      chat_sessions: {
        Row: {
          channel_id: string;
          created_at: string;
          id: string;
          last_message_at: string | null;
          title: string | null;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          channel_id: string;
          created_at?: string;
          id?: string;
          last_message_at?: string | null;
          title?: string | null;
          updated_at?: string;
          user_id?: string;
        };
        Update: {
          channel_id?: string;
          created_at?: string;
          id?: string;
          last_message_at?: string | null;
          title?: string | null;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'chat_sessions_channel_id_fkey';
            columns: ['channel_id'];
            isOneToOne: false;
            referencedRelation: 'channels';
            referencedColumns: ['id'];
          },
        ];
      };
      chunk_embeddings: {
        Row: {
          bits: unknown;
          channel_id: string;
          chunk_id: string;
          embedding: unknown;
        };
        ComputedFields: never;
        Insert: {
          bits?: never;
          channel_id: string;
          chunk_id: string;
          embedding: unknown;
        };
        Update: {
          bits?: never;
          channel_id?: string;
          chunk_id?: string;
          embedding?: unknown;
        };
        Relationships: [
          {
            foreignKeyName: 'chunk_embeddings_channel_id_chunk_id_fkey';
            columns: ['channel_id', 'chunk_id'];
            isOneToOne: false;
            referencedRelation: 'transcript_chunks';
            referencedColumns: ['channel_id', 'id'];
          },
        ];
      };
      error_logs: {
        Row: {
          created_at: string;
          details: Json | null;
          error_code: string | null;
          function_name: string;
          id: string;
          message: string;
          request_id: string | null;
          severity: Database['public']['Enums']['error_severity'];
          stack: string | null;
          user_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          details?: Json | null;
          error_code?: string | null;
          function_name: string;
          id?: string;
          message: string;
          request_id?: string | null;
          severity?: Database['public']['Enums']['error_severity'];
          stack?: string | null;
          user_id?: string | null;
        };
        Update: {
          created_at?: string;
          details?: Json | null;
          error_code?: string | null;
          function_name?: string;
          id?: string;
          message?: string;
          request_id?: string | null;
          severity?: Database['public']['Enums']['error_severity'];
          stack?: string | null;
          user_id?: string | null;
        };
        Relationships: [];
      };
      operation_locks: {
        Row: {
          acquired_at: string;
          expires_at: string;
          fencing_token: number;
          id: string;
          lock_key: string;
          metadata: NonNullable<Json>;
          operation_type: string;
          user_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          acquired_at?: string;
          expires_at: string;
          fencing_token?: never;
          id?: string;
          lock_key: string;
          metadata?: NonNullable<Json>;
          operation_type: string;
          user_id?: string | null;
        };
        Update: {
          acquired_at?: string;
          expires_at?: string;
          fencing_token?: never;
          id?: string;
          lock_key?: string;
          metadata?: NonNullable<Json>;
          operation_type?: string;
          user_id?: string | null;
        };
        Relationships: [];
      };
      plans: {
        Row: {
          chat_messages_limit: number;
          chat_sessions_limit: number;
          code: string;
          created_at: string;
          creators_limit: number;
          id: string;
          messages_per_day_limit: number;
          requests_limit: number;
          saved_answers_limit: number;
          updated_at: string;
          videos_per_creator_limit: number;
          voice_conversations_limit: number;
        };
        ComputedFields: never;
        Insert: {
          chat_messages_limit?: number;
          chat_sessions_limit?: number;
          code: string;
          created_at?: string;
          creators_limit: number;
          id?: string;
          messages_per_day_limit: number;
          requests_limit?: number;
          saved_answers_limit?: number;
          updated_at?: string;
          videos_per_creator_limit: number;
          voice_conversations_limit?: number;
        };
        Update: {
          chat_messages_limit?: number;
          chat_sessions_limit?: number;
          code?: string;
          created_at?: string;
          creators_limit?: number;
          id?: string;
          messages_per_day_limit?: number;
          requests_limit?: number;
          saved_answers_limit?: number;
          updated_at?: string;
          videos_per_creator_limit?: number;
          voice_conversations_limit?: number;
        };
        Relationships: [];
      };
      profiles: {
        Row: {
          avatar_url: string | null;
          created_at: string;
          display_name: string | null;
          id: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          avatar_url?: string | null;
          created_at?: string;
          display_name?: string | null;
          id: string;
          updated_at?: string;
        };
        Update: {
          avatar_url?: string | null;
          created_at?: string;
          display_name?: string | null;
          id?: string;
          updated_at?: string;
        };
        Relationships: [];
      };
      public_chat_limits: {
        Row: {
          channel_id: string;
          created_at: string;
          id: string;
          identifier: string;
          messages_today: number;
          usage_date: string;
        };
        ComputedFields: never;
        Insert: {
          channel_id: string;
          created_at?: string;
          id?: string;
          identifier: string;
          messages_today?: number;
          usage_date?: string;
        };
        Update: {
          channel_id?: string;
          created_at?: string;
          id?: string;
          identifier?: string;
          messages_today?: number;
          usage_date?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'public_chat_limits_channel_id_fkey';
            columns: ['channel_id'];
            isOneToOne: false;
            referencedRelation: 'channels';
            referencedColumns: ['id'];
          },
        ];
      };
      request_idempotency: {
        Row: {
          begun_by: Database['public']['Enums']['request_caller'];
          completed_at: string | null;
          created_at: string;
          expires_at: string;
          id: string;
          idempotency_key: string;
          locked_until: string | null;
          operation_type: string;
          request_hash: string;
          response: Json | null;
          status: Database['public']['Enums']['request_status'];
          updated_at: string;
          user_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          begun_by?: Database['public']['Enums']['request_caller'];
          completed_at?: string | null;
          created_at?: string;
          expires_at?: string;
          id?: string;
          idempotency_key: string;
          locked_until?: string | null;
          operation_type: string;
          request_hash: string;
          response?: Json | null;
          status?: Database['public']['Enums']['request_status'];
          updated_at?: string;
          user_id?: string | null;
        };
        Update: {
          begun_by?: Database['public']['Enums']['request_caller'];
          completed_at?: string | null;
          created_at?: string;
          expires_at?: string;
          id?: string;
          idempotency_key?: string;
          locked_until?: string | null;
          operation_type?: string;
          request_hash?: string;
          response?: Json | null;
          status?: Database['public']['Enums']['request_status'];
          updated_at?: string;
          user_id?: string | null;
        };
        Relationships: [];
      };
      saved_answers: {
        Row: {
          channel_id: string;
          content: string;
          created_at: string;
          id: string;
          message_id: string | null;
          note: string | null;
          question: string | null;
          session_id: string | null;
          sources: Json | null;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          channel_id: string;
          content: string;
          created_at?: string;
          id?: string;
          message_id?: string | null;
          note?: string | null;
          question?: string | null;
          session_id?: string | null;
          sources?: Json | null;
          updated_at?: string;
          user_id?: string;
        };
        Update: {
          channel_id?: string;
          content?: string;
          created_at?: string;
          id?: string;
          message_id?: string | null;
          note?: string | null;
          question?: string | null;
          session_id?: string | null;
          sources?: Json | null;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'saved_answers_channel_id_fkey';
            columns: ['channel_id'];
            isOneToOne: false;
            referencedRelation: 'channels';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'saved_answers_channel_id_user_id_session_id_fkey';
            columns: ['channel_id', 'user_id', 'session_id'];
            isOneToOne: false;
            referencedRelation: 'chat_sessions';
            referencedColumns: ['channel_id', 'user_id', 'id'];
          },
          {
            foreignKeyName: 'saved_answers_session_id_message_id_fkey';
            columns: ['session_id', 'message_id'];
            isOneToOne: false;
            referencedRelation: 'chat_messages';
            referencedColumns: ['session_id', 'id'];
          },
        ];
      };
      transcript_chunks: {
        Row: {
          channel_id: string;
          chunk_index: number;
          created_at: string;
          embedding_status: Database['public']['Enums']['embedding_status'];
          end_time: number | null;
          id: string;
          start_time: number | null;
          text: string;
          token_count: number | null;
          transcript_id: string;
          updated_at: string;
          video_id: string;
          channels: {
            added_by: string | null;
            avatar_url: string | null;
            channel_name: string;
            channel_url: string;
            chunk_count: number;
            created_at: string;
            error_message: string | null;
            id: string;
            indexed_videos: number;
            ingest_lives: boolean;
            ingest_shorts: boolean;
            ingest_videos: boolean;
            ingestion_method: string | null;
            ingestion_progress: number;
            ingestion_status: Database['public']['Enums']['ingestion_status'];
            last_indexed_at: string | null;
            public_slug: string | null;
            subscriber_count: string | null;
            total_videos: number;
            updated_at: string;
            uploads_playlist_id: string | null;
            video_import_limit: number | null;
            video_import_mode: Database['public']['Enums']['video_import_mode'];
            youtube_channel_id: string;
          } | null;
          videos: {
            channel_id: string;
            comment_count: number | null;
            content_type: Database['public']['Enums']['content_type'];
            created_at: string;
            description: string | null;
            duration: string | null;
            duration_seconds: number | null;
            has_live_streaming_details: boolean;
            id: string;
            ingestion_method: string | null;
            like_count: number | null;
            live_broadcast_content: Database['public']['Enums']['live_broadcast_content'];
            published_at: string | null;
            thumbnail_url: string | null;
            title: string;
            transcript_language: string | null;
            transcript_status: Database['public']['Enums']['extraction_status'];
            updated_at: string;
            view_count: number | null;
            youtube_video_id: string;
          } | null;
        };
        ComputedFields: 'channels' | 'videos';
        Insert: {
          channel_id: string;
          chunk_index: number;
          created_at?: string;
          embedding_status?: Database['public']['Enums']['embedding_status'];
          end_time?: number | null;
          id?: string;
          start_time?: number | null;
          text: string;
          token_count?: number | null;
          transcript_id: string;
          updated_at?: string;
          video_id: string;
        };
        Update: {
          channel_id?: string;
          chunk_index?: number;
          created_at?: string;
          embedding_status?: Database['public']['Enums']['embedding_status'];
          end_time?: number | null;
          id?: string;
          start_time?: number | null;
          text?: string;
          token_count?: number | null;
          transcript_id?: string;
          updated_at?: string;
          video_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'transcript_chunks_channel_id_video_id_transcript_id_fkey';
            columns: ['channel_id', 'video_id', 'transcript_id'];
            isOneToOne: false;
            referencedRelation: 'transcripts';
            referencedColumns: ['channel_id', 'video_id', 'id'];
          },
        ];
      };
      transcripts: {
        Row: {
          channel_id: string;
          confidence: number | null;
          created_at: string;
          error_message: string | null;
          extraction_status: Database['public']['Enums']['extraction_status'];
          full_text: string | null;
          id: string;
          language: string | null;
          next_retry_at: string | null;
          retry_count: number;
          segments: Json | null;
          source_type: string;
          updated_at: string;
          video_id: string;
          channels: {
            added_by: string | null;
            avatar_url: string | null;
            channel_name: string;
            channel_url: string;
            chunk_count: number;
            created_at: string;
            error_message: string | null;
            id: string;
            indexed_videos: number;
            ingest_lives: boolean;
            ingest_shorts: boolean;
            ingest_videos: boolean;
            ingestion_method: string | null;
            ingestion_progress: number;
            ingestion_status: Database['public']['Enums']['ingestion_status'];
            last_indexed_at: string | null;
            public_slug: string | null;
            subscriber_count: string | null;
            total_videos: number;
            updated_at: string;
            uploads_playlist_id: string | null;
            video_import_limit: number | null;
            video_import_mode: Database['public']['Enums']['video_import_mode'];
            youtube_channel_id: string;
          } | null;
        };
        ComputedFields: 'channels';
        Insert: {
          channel_id: string;
          confidence?: number | null;
          created_at?: string;
          error_message?: string | null;
          extraction_status?: Database['public']['Enums']['extraction_status'];
          full_text?: string | null;
          id?: string;
          language?: string | null;
          next_retry_at?: string | null;
          retry_count?: number;
          segments?: Json | null;
          source_type?: string;
          updated_at?: string;
          video_id: string;
        };
        Update: {
          channel_id?: string;
          confidence?: number | null;
          created_at?: string;
          error_message?: string | null;
          extraction_status?: Database['public']['Enums']['extraction_status'];
          full_text?: string | null;
          id?: string;
          language?: string | null;
          next_retry_at?: string | null;
          retry_count?: number;
          segments?: Json | null;
          source_type?: string;
          updated_at?: string;
          video_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'transcripts_channel_id_video_id_fkey';
            columns: ['channel_id', 'video_id'];
            isOneToOne: false;
            referencedRelation: 'videos';
            referencedColumns: ['channel_id', 'id'];
          },
        ];
      };
      usage_daily: {
        Row: {
          created_at: string;
          creators_added: number;
          day: string;
          id: string;
          messages_sent: number;
          updated_at: string;
          user_id: string;
          videos_indexed: number;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          creators_added?: number;
          day?: string;
          id?: string;
          messages_sent?: number;
          updated_at?: string;
          user_id: string;
          videos_indexed?: number;
        };
        Update: {
          created_at?: string;
          creators_added?: number;
          day?: string;
          id?: string;
          messages_sent?: number;
          updated_at?: string;
          user_id?: string;
          videos_indexed?: number;
        };
        Relationships: [];
      };
      user_creators: {
        Row: {
          added_at: string;
          channel_id: string;
          id: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          added_at?: string;
          channel_id: string;
          id?: string;
          user_id?: string;
        };
        Update: {
          added_at?: string;
          channel_id?: string;
          id?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'user_creators_channel_id_fkey';
            columns: ['channel_id'];
            isOneToOne: false;
            referencedRelation: 'channels';
            referencedColumns: ['id'];
          },
        ];
      };
      user_roles: {
        Row: {
          created_at: string;
          granted_by: string | null;
          id: string;
          role: Database['public']['Enums']['app_role'];
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          granted_by?: string | null;
          id?: string;
          role: Database['public']['Enums']['app_role'];
          user_id: string;
        };
        Update: {
          created_at?: string;
          granted_by?: string | null;
          id?: string;
          role?: Database['public']['Enums']['app_role'];
          user_id?: string;
        };
        Relationships: [];
      };
      user_usage: {
        Row: {
          created_at: string;
          creators_added: number;
          id: string;
          messages_sent_today: number;
          messages_sent_total: number;
          plan_expires_at: string | null;
          plan_id: string;
          plan_started_at: string;
          updated_at: string;
          usage_date: string;
          user_id: string;
          videos_indexed: number;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          creators_added?: number;
          id?: string;
          messages_sent_today?: number;
          messages_sent_total?: number;
          plan_expires_at?: string | null;
          plan_id: string;
          plan_started_at?: string;
          updated_at?: string;
          usage_date?: string;
          user_id: string;
          videos_indexed?: number;
        };
        Update: {
          created_at?: string;
          creators_added?: number;
          id?: string;
          messages_sent_today?: number;
          messages_sent_total?: number;
          plan_expires_at?: string | null;
          plan_id?: string;
          plan_started_at?: string;
          updated_at?: string;
          usage_date?: string;
          user_id?: string;
          videos_indexed?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'user_usage_plan_id_fkey';
            columns: ['plan_id'];
            isOneToOne: false;
            referencedRelation: 'plans';
            referencedColumns: ['id'];
          },
        ];
      };
      videos: {
        Row: {
          channel_id: string;
          comment_count: number | null;
          content_type: Database['public']['Enums']['content_type'];
          created_at: string;
          description: string | null;
          duration: string | null;
          duration_seconds: number | null;
          has_live_streaming_details: boolean;
          id: string;
          ingestion_method: string | null;
          like_count: number | null;
          live_broadcast_content: Database['public']['Enums']['live_broadcast_content'];
          published_at: string | null;
          thumbnail_url: string | null;
          title: string;
          transcript_language: string | null;
          transcript_status: Database['public']['Enums']['extraction_status'];
          updated_at: string;
          view_count: number | null;
          youtube_video_id: string;
        };
        ComputedFields: never;
        Insert: {
          channel_id: string;
          comment_count?: number | null;
          content_type?: Database['public']['Enums']['content_type'];
          created_at?: string;
          description?: string | null;
          duration?: string | null;
          duration_seconds?: number | null;
          has_live_streaming_details?: boolean;
          id?: string;
          ingestion_method?: string | null;
          like_count?: number | null;
          live_broadcast_content?: Database['public']['Enums']['live_broadcast_content'];
          published_at?: string | null;
          thumbnail_url?: string | null;
          title: string;
          transcript_language?: string | null;
          transcript_status?: Database['public']['Enums']['extraction_status'];
          updated_at?: string;
          view_count?: number | null;
          youtube_video_id: string;
        };
        Update: {
          channel_id?: string;
          comment_count?: number | null;
          content_type?: Database['public']['Enums']['content_type'];
          created_at?: string;
          description?: string | null;
          duration?: string | null;
          duration_seconds?: number | null;
          has_live_streaming_details?: boolean;
          id?: string;
          ingestion_method?: string | null;
          like_count?: number | null;
          live_broadcast_content?: Database['public']['Enums']['live_broadcast_content'];
          published_at?: string | null;
          thumbnail_url?: string | null;
          title?: string;
          transcript_language?: string | null;
          transcript_status?: Database['public']['Enums']['extraction_status'];
          updated_at?: string;
          view_count?: number | null;
          youtube_video_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'videos_channel_id_fkey';
            columns: ['channel_id'];
            isOneToOne: false;
            referencedRelation: 'channels';
            referencedColumns: ['id'];
          },
        ];
      };
      voice_conversations: {
        Row: {
          channel_id: string;
          created_at: string;
          duration_seconds: number;
          id: string;
          transcript: NonNullable<Json>;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          channel_id: string;
          created_at?: string;
          duration_seconds?: number;
          id?: string;
          transcript?: NonNullable<Json>;
          updated_at?: string;
          user_id?: string;
        };
        Update: {
          channel_id?: string;
          created_at?: string;
          duration_seconds?: number;
          id?: string;
          transcript?: NonNullable<Json>;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'voice_conversations_channel_id_fkey';
            columns: ['channel_id'];
            isOneToOne: false;
            referencedRelation: 'channels';
            referencedColumns: ['id'];
          },
        ];
      };
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      acquire_operation_lock: {
        Args: {
          p_lock_key: string;
          p_metadata?: Json;
          p_operation_type: string;
          p_ttl_seconds?: number;
          p_user_id?: string;
        };
        Returns: number;
      };
      admin_daily_messages: {
        Args: { p_days?: number };
        Returns: {
          active_users: number;
          day: string;
          messages_sent: number;
        }[];
      };
      admin_error_summary: {
        Args: { p_days?: number };
        Returns: {
          error_code: string;
          errors: number;
          first_seen_at: string;
          function_name: string;
          last_seen_at: string;
          severity: Database['public']['Enums']['error_severity'];
          users: number;
        }[];
      };
      admin_ingestion_queue: {
        Args: { p_limit?: number };
        Returns: {
          channel_id: string;
          channel_name: string;
          error_message: string;
          followers: number;
          ingestion_progress: number;
          ingestion_status: Database['public']['Enums']['ingestion_status'];
          transcripts_failed: number;
          transcripts_pending: number;
          transcripts_processing: number;
          updated_at: string;
          waiting_since: string;
        }[];
      };
      admin_overview: {
        Args: Record<PropertyKey, never>;
        Returns: {
          active_channels: number;
          active_users_7_days: number;
          active_users_today: number;
          average_messages_per_user: number;
          channels: number;
          chunks: number;
          embedded_chunks: number;
          messages_30_days: number;
          messages_7_days: number;
          messages_today: number;
          users: number;
          users_at_limit: number;
          videos: number;
        }[];
      };
      admin_plan_distribution: {
        Args: Record<PropertyKey, never>;
        Returns: {
          percent: number;
          plan_code: string;
          users: number;
        }[];
      };
      admin_recent_errors: {
        Args: {
          p_before?: string;
          p_before_id?: string;
          p_limit?: number;
          p_severity?: Database['public']['Enums']['error_severity'];
        };
        Returns: {
          created_at: string;
          details: Json;
          error_code: string;
          function_name: string;
          id: string;
          message: string;
          request_id: string;
          severity: Database['public']['Enums']['error_severity'];
          stack: string;
          user_id: string;
        }[];
      };
      admin_top_channels: {
        Args: { p_limit?: number };
        Returns: {
          channel_id: string;
          channel_name: string;
          chatters: number;
          chatters_7_days: number;
          followers: number;
          indexed_videos: number;
          last_message_at: string;
          public_slug: string;
          youtube_channel_id: string;
        }[];
      };
      admin_users: {
        Args: { p_before?: string; p_before_id?: string; p_limit?: number; p_search?: string };
        Returns: {
          created_at: string;
          creators_added: number;
          display_name: string;
          email: string;
          last_active_day: string;
          messages_sent_today: number;
          messages_sent_total: number;
          plan_code: string;
          plan_expires_at: string;
          roles: Database['public']['Enums']['app_role'][];
          user_id: string;
          videos_indexed: number;
        }[];
      };
      begin_request: {
        Args: {
          p_idempotency_key: string;
          p_lock_seconds?: number;
          p_operation_type: string;
          p_request_hash: string;
          p_ttl_seconds?: number;
          p_user_id?: string;
        };
        Returns: {
          locked_until: string;
          outcome: Database['public']['Enums']['request_outcome'];
          request_id: string;
          response: Json;
        }[];
      };
      channels:
        | {
            Args: { '': Database['public']['Tables']['transcript_chunks']['Row'] };
            Returns: {
              error: true;
            } & 'the function public.channels with parameter or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache';
            SetofOptions: {
              from: 'transcript_chunks';
              to: 'channels';
              isOneToOne: true;
              isSetofReturn: true;
            };
          }
        | {
            Args: { '': Database['public']['Tables']['transcripts']['Row'] };
            Returns: {
              error: true;
            } & 'the function public.channels with parameter or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache';
            SetofOptions: {
              from: 'transcripts';
              to: 'channels';
              isOneToOne: true;
              isSetofReturn: true;
            };
          };
      claim_transcripts: {
        Args: { p_lease_seconds?: number; p_limit?: number };
        Returns: {
          channel_id: string;
          language: string;
          leased_until: string;
          retry_count: number;
          transcript_id: string;
          video_id: string;
          youtube_video_id: string;
        }[];
      };
      complete_request: { Args: { p_request_id: string; p_response: Json }; Returns: boolean };
      consume_message_quota: {
        Args: { p_user_id?: string };
        Returns: {
          messages_left_today: number;
          messages_per_day_limit: number;
          messages_sent_today: number;
          resets_at: string;
        }[];
      };
      consume_public_chat_quota: {
        Args: { p_channel_id: string; p_identifier: string; p_limit: number };
        Returns: {
          messages_left_today: number;
          messages_sent_today: number;
          resets_at: string;
        }[];
      };
      decrement_creator_count: { Args: { p_user_id: string }; Returns: undefined };
      export_my_data: { Args: { p_after?: Json }; Returns: Json };
      fail_request: { Args: { p_request_id: string }; Returns: boolean };
      get_usage_with_limits: {
        Args: { p_user_id: string };
        Returns: {
          creators_added: number;
          creators_limit: number;
          messages_per_day_limit: number;
          messages_sent_today: number;
          plan_type: string;
          videos_indexed: number;
          videos_per_creator_limit: number;
        }[];
      };
      grant_role: { Args: { p_role: Database['public']['Enums']['app_role']; p_user_id: string }; Returns: boolean };
      increment_creator_count: { Args: { p_user_id: string }; Returns: undefined };
      increment_message_count: { Args: { p_user_id: string }; Returns: undefined };
      increment_videos_indexed: { Args: { p_count: number; p_user_id: string }; Returns: undefined };
      log_error: {
        Args: {
          p_details?: Json;
          p_error_code?: string;
          p_function_name: string;
          p_message: string;
          p_request_id?: string;
          p_severity?: Database['public']['Enums']['error_severity'];
          p_stack?: string;
          p_user_id?: string;
        };
        Returns: string;
      };
      my_usage: {
        Args: Record<PropertyKey, never>;
        Returns: {
          creators_added: number;
          creators_limit: number;
          messages_left_today: number;
          messages_per_day_limit: number;
          messages_sent_today: number;
          messages_sent_total: number;
          plan_code: string;
          plan_expires_at: string;
          resets_at: string;
          videos_indexed: number;
          videos_per_creator_limit: number;
        }[];
      };
      publish_channel: {
        Args: { p_channel_id: string; p_slug: string };
        Returns: {
          added_by: string | null;
          avatar_url: string | null;
          channel_name: string;
          channel_url: string;
          chunk_count: number;
          created_at: string;
          error_message: string | null;
          id: string;
          indexed_videos: number;
          ingest_lives: boolean;
          ingest_shorts: boolean;
          ingest_videos: boolean;
          ingestion_method: string | null;
          ingestion_progress: number;
          ingestion_status: Database['public']['Enums']['ingestion_status'];
          last_indexed_at: string | null;
          public_slug: string | null;
          subscriber_count: string | null;
          total_videos: number;
          updated_at: string;
          uploads_playlist_id: string | null;
          video_import_limit: number | null;
          video_import_mode: Database['public']['Enums']['video_import_mode'];
          youtube_channel_id: string;
        };
        SetofOptions: {
          from: '*';
          to: 'channels';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      purge_expired: {
        Args: { p_error_log_days?: number };
        Returns: {
          error_logs: number;
          operation_locks: number;
          public_chat_limits: number;
          requests: number;
        }[];
      };
      release_operation_lock: { Args: { p_fencing_token: number; p_lock_key: string }; Returns: boolean };
      renew_operation_lock: {
        Args: { p_fencing_token: number; p_lock_key: string; p_ttl_seconds?: number };
        Returns: boolean;
      };
      replace_transcript_chunks: { Args: { p_chunks: Json; p_transcript_id: string }; Returns: number };
      retrain_search_index: { Args: { p_lists?: number }; Returns: number };
      revoke_role: { Args: { p_role: Database['public']['Enums']['app_role']; p_user_id: string }; Returns: boolean };
      search_all_transcript_chunks: {
        Args: { match_count?: number; match_threshold?: number; query_embedding: unknown };
        Returns: {
          channel_id: string;
          channel_name: string;
          chunk_index: number;
          end_time: number;
          id: string;
          similarity: number;
          start_time: number;
          text: string;
          video_id: string;
          video_title: string;
          youtube_video_id: string;
        }[];
      };
      search_my_messages: {
        Args: { p_before?: string; p_before_id?: string; p_limit?: number; p_query: string };
        Returns: {
          channel_id: string;
          channel_name: string;
          content: string;
          created_at: string;
          id: string;
          role: Database['public']['Enums']['message_role'];
          session_id: string;
          sources: Json;
        }[];
      };
      search_transcript_chunks: {
        Args: { filter_channel_id: string; match_count?: number; match_threshold?: number; query_embedding: unknown };
        Returns: {
          channel_id: string;
          chunk_index: number;
          end_time: number;
          id: string;
          similarity: number;
          start_time: number;
          text: string;
          video_id: string;
          video_title: string;
          youtube_video_id: string;
        }[];
      };
      unpublish_channel: {
        Args: { p_channel_id: string };
        Returns: {
          added_by: string | null;
          avatar_url: string | null;
          channel_name: string;
          channel_url: string;
          chunk_count: number;
          created_at: string;
          error_message: string | null;
          id: string;
          indexed_videos: number;
          ingest_lives: boolean;
          ingest_shorts: boolean;
          ingest_videos: boolean;
          ingestion_method: string | null;
          ingestion_progress: number;
          ingestion_status: Database['public']['Enums']['ingestion_status'];
          last_indexed_at: string | null;
          public_slug: string | null;
          subscriber_count: string | null;
          total_videos: number;
          updated_at: string;
          uploads_playlist_id: string | null;
          video_import_limit: number | null;
          video_import_mode: Database['public']['Enums']['video_import_mode'];
          youtube_channel_id: string;
        };
        SetofOptions: {
          from: '*';
          to: 'channels';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      videos: {
        Args: { '': Database['public']['Tables']['transcript_chunks']['Row'] };
        Returns: {
          error: true;
        } & 'the function public.videos with parameter or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache';
        SetofOptions: {
          from: 'transcript_chunks';
          to: 'videos';
          isOneToOne: true;
          isSetofReturn: true;
        };
      };
    };
    Enums: {
      app_role: 'admin' | 'moderator' | 'user';
      audit_action:
        | 'role_granted'
        | 'role_changed'
        | 'role_revoked'
        | 'plan_changed'
        | 'channel_published'
        | 'channel_slug_changed'
        | 'channel_unpublished'
        | 'channel_deleted';
      content_type: 'video' | 'short' | 'live';
      embedding_status: 'pending' | 'processing' | 'completed' | 'failed';
      error_severity: 'debug' | 'info' | 'warning' | 'error' | 'critical';
      extraction_status: 'pending' | 'processing' | 'completed' | 'failed' | 'no_captions';
      ingestion_status:
        | 'pending'
        | 'processing'
        | 'extracting'
        | 'indexing'
        | 'completed'
        | 'partial'
        | 'paused'
        | 'failed'
        | 'no_captions';
      live_broadcast_content: 'none' | 'upcoming' | 'live';
      message_role: 'user' | 'assistant';
      request_caller: 'user' | 'service';
      request_outcome: 'started' | 'in_progress' | 'replay' | 'mismatch';
      request_status: 'in_progress' | 'completed' | 'failed';
      video_import_mode: 'latest' | 'oldest' | 'all';
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, 'public'>];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema['Tables'] & DefaultSchema['Views'])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])[TableName] extends {
      Row: infer R;
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema['Tables'] & DefaultSchema['Views'])
    ? (DefaultSchema['Tables'] & DefaultSchema['Views'])[DefaultSchemaTableNameOrOptions] extends {
        Row: infer R;
      }
      ? R
      : never
    : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
      Insert: infer I;
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
    ? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
        Insert: infer I;
      }
      ? I
      : never
    : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
      Update: infer U;
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
    ? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
        Update: infer U;
      }
      ? U
      : never
    : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema['Enums'] | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums']
    : never = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums'][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema['Enums']
    ? DefaultSchema['Enums'][DefaultSchemaEnumNameOrOptions]
    : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema['CompositeTypes']
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes']
    : never = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes'][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema['CompositeTypes']
    ? DefaultSchema['CompositeTypes'][PublicCompositeTypeNameOrOptions]
    : never;

export const Constants = {
  public: {
    Enums: {
      app_role: ['admin', 'moderator', 'user'],
      audit_action: [
        'role_granted',
        'role_changed',
        'role_revoked',
        'plan_changed',
        'channel_published',
        'channel_slug_changed',
        'channel_unpublished',
        'channel_deleted',
      ],
      content_type: ['video', 'short', 'live'],
      embedding_status: ['pending', 'processing', 'completed', 'failed'],
      error_severity: ['debug', 'info', 'warning', 'error', 'critical'],
      extraction_status: ['pending', 'processing', 'completed', 'failed', 'no_captions'],
      ingestion_status: [
        'pending',
        'processing',
        'extracting',
        'indexing',
        'completed',
        'partial',
        'paused',
        'failed',
        'no_captions',
      ],
      live_broadcast_content: ['none', 'upcoming', 'live'],
      message_role: ['user', 'assistant'],
      request_caller: ['user', 'service'],
      request_outcome: ['started', 'in_progress', 'replay', 'mismatch'],
      request_status: ['in_progress', 'completed', 'failed'],
      video_import_mode: ['latest', 'oldest', 'all'],
    },
  },
} as const;
