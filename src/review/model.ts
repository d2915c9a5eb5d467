import type { RefusalKind } from './settings.ts';

/** How much a reader has to look: `stop` must not be merged, `look` is for a person to judge, `note` is for information. */
export const LEVELS = ['stop', 'look', 'note'] as const;
export type Level = (typeof LEVELS)[number];

/** One thing that is different, in words, with what shows it. */
export interface ReviewItem {
  readonly level: Level;
  /** One sentence without Markdown. */
  readonly title: string;
  /** More sentences, a line each. */
  readonly details?: readonly string[];
  /** SQL or another text that shows it, ready to paste into psql. */
  readonly evidence?: string;
  /** The definition before and after; undefined where it was not, or is not any more. */
  readonly sql?: { readonly before: string | undefined; readonly after: string | undefined };
  /** The way out, in one sentence. */
  readonly fix?: string;
  /** Whether it opens something to an outsider: these come first. */
  readonly isOutside?: boolean;
  /** Why it may refuse the change. */
  readonly refusal?: RefusalKind;
}

/** All that one kind of comparison has to say. */
export interface ReviewSection {
  readonly title: string;
  /** One line, also where there is nothing to say. */
  readonly headline: string;
  /** The worst first. */
  readonly items: readonly ReviewItem[];
  /** Whether the databases were not asked about it: without items, nothing says that it is as before. */
  readonly isUnasked?: true;
  /** Why it was not evaluated, or a part of it, and what would do that. */
  readonly notEvaluated?: readonly string[];
}

/** A commit, or what the working tree has beyond one, as people read it. */
export interface StateName {
  /** As the user wrote it: a branch, a commit. */
  readonly name: string;
  /** The commit, shortened. */
  readonly commit: string;
}

/** A review as plain data: what changed for whom. */
export interface Review {
  readonly project: string;
  readonly base: StateName;
  readonly head: StateName;
  /** Sentences on the comparison itself, which a reader has to know. */
  readonly notes: readonly string[];
  readonly sections: readonly ReviewSection[];
  /** The changes of the working tree beyond the head; undefined where there are none. */
  readonly uncommitted: readonly ReviewSection[] | undefined;
  readonly seconds: number;
}

/** The worst level of items; undefined of none. */
export const worst = (items: readonly Pick<ReviewItem, 'level'>[]): Level | undefined =>
  LEVELS.find((level) => items.some((item) => item.level === level));

/** The items by level, the worst first, otherwise in their order. */
export const worstFirst = (items: readonly ReviewItem[]): ReviewItem[] =>
  LEVELS.flatMap((level) => items.filter((item) => item.level === level));

/** Every section of a review, those of the uncommitted changes last. */
export const allSections = ({ sections, uncommitted = [] }: Review): readonly ReviewSection[] => [
  ...sections,
  ...uncommitted,
];

/** Whether nothing that was evaluated differs. */
export const isUnchanged = (sections: readonly ReviewSection[]): boolean =>
  sections.every(({ items }) => items.length === 0);
