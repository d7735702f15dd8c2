/** The part of the API about alerts, and about what stops or foretells signatures. */
import {
  acts,
  alertsAnswer,
  alertsQuery,
  answerBody,
  bulkAnswer,
  bulkBody,
  eventAnswer,
  eventQuery,
  evidenceAnswer,
  viewAnswer,
  viewBody,
  viewsAnswer,
  wholeAlertAnswer,
} from '../../alerts/schemas.ts';
import { responseAnswer, responseBody } from '../../alert/response-schemas.ts';
import { endedAnswer } from '../../account/schemas.ts';
import { freezeAnswer, freezeBody, freezesAnswer, liftBody } from '../../freezes/schemas.ts';
import { intentAnswer, intentBody, intentsAnswer, intentsQuery } from '../../intents/schemas.ts';
import { keyed } from './parts.ts';

export function alertPaths() {
  const named = ['id'];
  return {
    '/api/v1/alerts': {
      get: keyed('alerts:read', 'Alerts of the team, newest first', alertsAnswer, { query: alertsQuery }),
    },
    '/api/v1/alerts/answers': {
      post: keyed('alerts:write', 'Answer many alerts at once: all of them, or none', bulkAnswer, {
        body: bulkBody,
        refusals: [409],
      }),
    },
    '/api/v1/alerts/{id}': {
      get: keyed('alerts:read', 'One alert with everything that was said of it', wholeAlertAnswer, { named }),
    },
    '/api/v1/alerts/{id}/event': {
      get: keyed('alerts:read', 'Everything that is one event with an alert', eventAnswer, {
        named,
        query: eventQuery,
      }),
    },
    '/api/v1/alerts/{id}/evidence': {
      get: keyed('alerts:read', 'The proof of an alert as one file that stands without us', evidenceAnswer, {
        named,
        refusals: [503],
      }),
    },
    '/api/v1/alerts/{id}/response': {
      get: keyed(
        'alerts:read',
        'What to do about an alert that was not you, and what is done',
        responseAnswer,
        { named },
      ),
      post: keyed('alerts:write', 'Note a step that is done, or the cause', responseAnswer, {
        named,
        body: responseBody,
        refusals: [409],
        words: 'For an alert that was answered with not-mine, and all that are one event with it.',
      }),
    },
    '/api/v1/alerts/{id}/{act}': {
      post: keyed(
        'alerts:write',
        `Answer an alert and all that are one event with it: ${Object.keys(acts).join(', ')}`,
        wholeAlertAnswer,
        {
          named: ['id', 'act'],
          body: answerBody,
          refusals: [409],
          words: 'undo takes back the last answer that stands; 409 where none does.',
        },
      ),
    },
    ...viewPaths(),
    ...intentPaths(),
    ...freezePaths(),
  };
}

function viewPaths() {
  return {
    '/api/v1/views': {
      get: keyed(
        'alerts:read',
        'Views of the inbox: those everybody has, and those with a name',
        viewsAnswer,
      ),
      post: keyed('alerts:write', 'Keep a view; one of that name is replaced', viewAnswer, {
        body: viewBody,
        status: 201,
      }),
    },
    '/api/v1/views/{id}': { delete: keyed('alerts:write', 'Forget a view', endedAnswer, { named: ['id'] }) },
  };
}

function intentPaths() {
  const named = ['id'];
  return {
    '/api/v1/intents': {
      get: keyed('intents:read', 'Announcements of signatures, newest first', intentsAnswer, {
        query: intentsQuery,
      }),
      post: keyed('intents:write', 'Announce signatures before they are made', intentAnswer, {
        body: intentBody,
        status: 201,
      }),
    },
    '/api/v1/intents/{id}': {
      get: keyed('intents:read', 'One announcement, with what it was used for', intentAnswer, { named }),
      delete: keyed('intents:write', 'Take an announcement back', intentAnswer, { named }),
    },
  };
}

function freezePaths() {
  return {
    '/api/v1/freezes': {
      get: keyed('freezes:read', 'Freezes of the team, newest first', freezesAnswer),
      post: keyed('freezes:write', 'Stop issuance for a name that you proved to own', freezeAnswer, {
        body: freezeBody,
        status: 201,
        refusals: [503],
      }),
    },
    '/api/v1/freezes/{id}': {
      delete: keyed('freezes:write', 'Lift a freeze', freezeAnswer, {
        named: ['id'],
        body: liftBody,
        refusals: [503],
      }),
    },
  };
}
