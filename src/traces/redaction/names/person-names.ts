import { type Detector, matchSpans, mergeSpans, type Span } from "../span.ts";
import { nameLength } from "./name-length.ts";
import { type NameToken, nameTokens } from "./name-tokens.ts";

const wholeName = /^\s*[\p{L}\p{M}][\p{L}\p{M}'., -]{1,60}$/u;

/**
 * Finds names of persons by introductions, titles, and lists of given and family names. A listed name that is
 * also a word or a place (`May`, `Jordan`) needs a family name, a title or a greeting next to it.
 */
export const findPersonNames: Detector = (text, hint) => {
  if (hint === "name" && wholeName.test(text) && text.trim().split(/\s+/).length <= 5)
    return [{ start: 0, end: text.length }];
  const spans: Span[] = [...findAsianNames(text)];
  if (!/\p{L}{2}/u.test(text)) return spans;
  const tokens = nameTokens(text);
  const named = new Set<string>();
  const free: NameToken[] = [];
  for (let at = 0; at < tokens.length; ) {
    const { skipped, taken } = nameLength(tokens, at, text);
    const parts = tokens.slice(at + skipped, at + skipped + taken);
    const first = parts[0];
    const last = parts.at(-1);
    if (first !== undefined && last !== undefined) spans.push({ start: first.start, end: last.end });
    for (const { folded, isWord } of parts) if (!isWord && folded.length > 3) named.add(folded);
    const next = at + Math.max(1, skipped + taken);
    if (taken === 0) free.push(...tokens.slice(at, next));
    at = next;
  }
  // A person named in full once may be called by one name elsewhere in the text.
  for (const { isCapital, isCode, folded, start, end } of free)
    if (isCapital && !isCode && named.has(folded)) spans.push({ start, end });
  return mergeSpans(spans);
};

const chineseFamily =
  "[王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林郑鄭谢謝罗羅梁宋唐许許韩韓冯馮邓鄧曹彭曾肖蕭田董袁潘于蒋蔣蔡余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鍾谭陆陸汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤]";
const koreanFamily = "[김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노]";
const patterns: readonly RegExp[] = [
  new RegExp(
    `(?:我叫|我是|我的名字是|我的名字叫|名字是|名字叫|姓名[:：] ?|本人|联系人[:：] ?|收件人[:：] ?)(?<hit>${chineseFamily}\\p{sc=Han}{1,2})`,
    "dgu",
  ),
  new RegExp(
    `(?<hit>${chineseFamily}\\p{sc=Han}{0,2})(?:先生|女士|小姐|老师|老師|医生|醫生|经理|經理|同学)`,
    "dgu",
  ),
  // Two or more characters, so that 皆さん, 奥さん and お客様 stay.
  /(?<hit>\p{sc=Han}{2,6}|\p{sc=Katakana}{3,10})(?:さん|さま|様|くん|ちゃん|氏)/dgu,
  /(?:私は|名前は|氏名[:：] ?)(?<hit>\p{sc=Han}{2,6})(?:です|と申します|と言います|$)/dgu,
  new RegExp(
    `(?<![\\p{sc=Hangul}])(?<hit>(?!고객|선생|여러)${koreanFamily}\\p{sc=Hangul}{1,2}) ?(?:씨|님|입니다|이에요|예요|이라고)`,
    "dgu",
  ),
  /(?:اسمي|انا اسمي) (?<hit>\p{sc=Arabic}{2,15}(?: \p{sc=Arabic}{2,15})?)/dgu,
];
const written = /[\p{sc=Han}\p{sc=Hangul}\p{sc=Arabic}\p{sc=Katakana}]/u;

/** Names in scripts without capitals, found by the words around them. */
function findAsianNames(text: string): readonly Span[] {
  return written.test(text) ? patterns.flatMap((pattern) => matchSpans(text, pattern)) : [];
}
