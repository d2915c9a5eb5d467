import type { ReviewSection } from '../model.ts';

/** A section about which nothing can be said. @param why a sentence, with the command that would say it */
export const notEvaluatedSection = (title: string, why: string): ReviewSection => ({
  title,
  headline: 'not evaluated',
  items: [],
  isUnasked: true,
  notEvaluated: [why],
});
