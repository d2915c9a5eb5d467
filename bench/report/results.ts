import type { SizeName } from '../data/scale.ts';
import type { LoadResult } from '../load/measure.ts';
import type { DiskResult } from '../measure/disk.ts';
import type { NotMeasured, QueryResult } from '../measure/queries.ts';
import type { SearchResult } from '../measure/search.ts';
import type { Writes } from '../measure/writes.ts';

/** Everything that one run of the benchmark found, as it is written to JSON. Times are in ms. */
export interface Results {
  readonly size: SizeName;
  readonly chunks: number;
  readonly messages: number;
  readonly machine: {
    readonly cores: number;
    /** In GB. */
    readonly memory: number;
    readonly server: string;
    /** The version of pgvector. */
    readonly vector: string;
    /** The server's shared_buffers. */
    readonly buffers: string;
    /** Of the last minute, before the databases were prepared and at the end. */
    readonly loadBefore: number;
    readonly loadAfter: number;
  };
  readonly queries: readonly QueryResult[];
  readonly notMeasured: readonly NotMeasured[];
  readonly search: readonly SearchResult[];
  readonly disk: readonly DiskResult[];
  readonly load: readonly LoadResult[];
  /** Missing where it was not measured. */
  readonly writes?: Writes;
}
