import { type FaultCase, titleOf } from './fault-case';
import { casesOf, verdictOn } from './suite';
import type { Verdict } from './verdict';

/** A process of its own that plays what it is sent, one thing at a time. */

/** What a player is asked: all cases of a path, or what becomes of one. */
export type Question = { readonly casesOf: string } | { readonly verdictOn: FaultCase };

/** `why`: it could not be played. */
export type Answer =
  | { readonly cases: readonly FaultCase[] }
  | { readonly verdict: Verdict }
  | { readonly why: string };

async function answerTo(question: Question): Promise<Answer> {
  try {
    return 'casesOf' in question
      ? { cases: await casesOf(question.casesOf) }
      : { verdict: await verdictOn(question.verdictOn) };
  } catch (error) {
    const about = 'casesOf' in question ? question.casesOf : titleOf(question.verdictOn);
    return { why: `${about} could not be played: ${error instanceof Error ? error.message : error}` };
  }
}

process.on('message', async (question: Question) => {
  process.send?.(await answerTo(question));
});
