import type { Random } from './random.ts';

const subjects = [
  'the camera',
  'our engine',
  'a sourdough starter',
  'the second chorus',
  'this compiler',
  'my left hand',
  'the market',
  'a cold frame',
  'the telescope',
  'her opening',
  'the river',
  'a good question',
  'the budget',
  'that bearing',
] as const;
const verbs = [
  'needs',
  'changes',
  'ruins',
  'explains',
  'comes before',
  'has nothing to do with',
  'depends on',
  'hides',
  'costs',
] as const;
const objects = [
  'patience',
  'the light',
  'a sharper knife',
  'the whole schedule',
  'two more hours',
  'the last frame',
  'what you hear',
  'the price',
  'warm water',
  'the type checker',
  'gravity',
  'every shortcut',
  'the first draft',
  '100% of the result',
] as const;
const openings = [
  'So',
  'Honestly,',
  'And here',
  'Look:',
  'By then',
  'In practice',
  "Don't forget that",
  'Again,',
] as const;
const otherScripts = [
  'この動画では、光の扱い方を説明します。',
  'В этом видео мы разберём, почему первая попытка не удалась.',
  'في هذا المقطع نشرح كيف يتغير الضوء عند الغروب.',
  'इस वीडियो में हम धीरे-धीरे सब कुछ समझाएँगे।',
  '이 영상에서는 처음부터 다시 만들어 봅니다.',
  'Çok kısa: önce ısıt, sonra bekle — ğüşiöç.',
  '先把水烧开，然后再等三分钟。',
  'Εδώ αλλάζει το φως 🌅 και όλα τα άλλα.',
] as const;

/** One sentence, mostly English. */
export function sentence(source: Random): string {
  if (source.chance(0.08)) return source.pick(otherScripts);
  return `${source.pick(openings)} ${source.pick(subjects)} ${source.pick(verbs)} ${source.pick(objects)}.`;
}

/** So many sentences. */
export function passage(source: Random, sentences: number): string {
  return Array.from({ length: sentences }, () => sentence(source)).join(' ');
}

/** A title: no full stop, and sometimes what titles really hold. */
export function title(source: Random): string {
  const words = `${source.pick(subjects)} ${source.pick(verbs)} ${source.pick(objects)}`;
  const capital = words.charAt(0).toUpperCase() + words.slice(1);
  return source.chance(0.2) ? `${capital} | "PART ${source.between(1, 9)}" 🔥` : capital;
}

/** What a user asks. */
export function question(source: Random): string {
  if (source.chance(0.05)) return 'なぜですか？';
  return `Why is it that ${source.pick(subjects)} ${source.pick(verbs)} ${source.pick(objects)}?`;
}

/** What the assistant answers: with lines, quotes, tabs and backslashes, as Markdown has them. */
export function answer(source: Random): string {
  const points = Array.from({ length: source.between(1, 3) }, () => `- ${sentence(source)}`).join('\n');
  const aside = source.chance(0.1) ? '\n\n```\nC:\\takes\\one\tready\n```' : '';
  return `${passage(source, 2)}\n\n${points}${aside}`;
}
