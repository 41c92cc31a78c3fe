import { withChat, type ChatAnswer, type ChatModel } from '../../providers/chatModel.ts';

/** What some calls took together. Null where one of them did not say. */
export interface Spent {
  calls: number;
  promptTokens: number | null;
  completionTokens: number | null;
  costUsd: number | null;
}

/** Counts the calls of several models. Calls that failed count as calls and took nothing that is known. */
export class Meter {
  readonly #answers: ChatAnswer[] = [];
  #calls = 0;

  /** The model, counted. */
  on(model: ChatModel): ChatModel {
    return withChat(model, async (request, options) => {
      this.#calls++;
      const answer = await model.chat(request, options);
      this.#answers.push(answer);
      return answer;
    });
  }

  get calls(): number {
    return this.#calls;
  }

  spent(): Spent {
    return {
      calls: this.#calls,
      promptTokens: sum(this.#answers.map(({ usage }) => usage.promptTokens)),
      completionTokens: sum(this.#answers.map(({ usage }) => usage.completionTokens)),
      costUsd: sum(this.#answers.map(({ costUsd }) => costUsd)),
    };
  }
}

function sum(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>((total, value) => (total === null || value === null ? null : total + value), 0);
}
