import type { Engine } from '../engine.ts';
import type { Answer } from '../http/answer.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { Recording } from './recording.ts';
import { Session, Waiting } from './session.ts';
import { hasWebhooks } from './webhook-configuration.ts';

/** Answers a request, handling it as often as there is something to wait for in between. */
export async function answerInTurns(
  engine: Engine,
  request: ApiRequest,
  handle: (engine: Engine, request: ApiRequest) => Answer | Promise<Answer>,
): Promise<Answer> {
  if (!hasWebhooks(engine)) return handle(engine, request);
  const session = new Session();
  const recording = new Recording(engine);
  for (;;) {
    try {
      request.warnings.length = 0;
      recording.rewind();
      return await handle(recording.engine, { ...request, session });
    } catch (error) {
      if (!(error instanceof Waiting)) throw error;
      await error.settle();
    }
  }
}
