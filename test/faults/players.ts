import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Answer, Question } from './player';

/** Processes that play, each for itself. */
export class Players {
  private readonly players: readonly ChildProcess[];

  constructor(count: number) {
    this.players = Array.from({ length: count }, () => fork(join(__dirname, 'player.ts')));
  }

  /** Whoever is free takes the next question. Rejects where a player's process ends. */
  async askAll<Asked extends Question>(
    questions: readonly Asked[],
    onAnswer: (answer: Answer, question: Asked) => void,
  ): Promise<void> {
    const left = [...questions];
    const answerSome = async (player: ChildProcess): Promise<void> => {
      for (let question = left.shift(); question !== undefined; question = left.shift())
        onAnswer(await ask(player, question), question);
    };
    await Promise.all(this.players.map(answerSome));
  }

  stop(): void {
    for (const player of this.players) player.kill();
  }
}

async function ask(player: ChildProcess, question: Question): Promise<Answer> {
  const isOver = new AbortController();
  const { signal } = isOver;
  const ended = once(player, 'exit', { signal }).then(([code]) => {
    throw new Error(`a player ended with ${code}`);
  });
  const answered = once(player, 'message', { signal });
  player.send(question);
  try {
    const [answer] = await Promise.race([answered, ended]);
    return answer;
  } finally {
    isOver.abort();
  }
}
