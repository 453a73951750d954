/**
 * The function behind the contract cases of Lambda, HTTP API and Scheduler: it does what its event says. It has no
 * dependencies, so that the same file can be deployed to an account by hand.
 */
import { setTimeout as sleep } from 'node:timers/promises';

const scheduled = [];

export async function handler(event, context) {
  if (event?.source === 'aws.scheduler') {
    scheduled.push(event);
    return 'noted';
  }
  if (event?.version === '2.0') return answerHttp(event);
  switch (event?.probe) {
    case 'scheduled':
      return scheduled.splice(0);
    case 'throw':
      throw asked();
    case 'sleep':
      await sleep(event.ms);
      return 'slept';
    case 'nothing':
      return undefined;
    case 'large':
      return 'x'.repeat(event.bytes);
    case 'arn':
      return context.invokedFunctionArn;
    case 'context':
      return {
        name: context.functionName.length > 0,
        arn: context.invokedFunctionArn.startsWith('arn:aws:lambda:'),
        version: context.functionVersion,
        remaining: context.getRemainingTimeInMillis() > 0,
      };
    default:
      return event;
  }
}

/** Returns the JSON in the header `x-probe-answer`, or the event itself. */
function answerHttp(event) {
  const answer = event.headers['x-probe-answer'];
  if (answer === 'throw') throw asked();
  return answer === undefined ? { statusCode: 200, body: JSON.stringify(event) } : JSON.parse(answer);
}

/** A real stack trace in the log would alarm the person who runs the cases. */
function asked() {
  const error = new TypeError('as asked');
  error.stack = 'TypeError: as asked, by the contract suite';
  return error;
}
