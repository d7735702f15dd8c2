/** Fixed paths, and prefixes for what lies below them. HEAD is GET without the body, which server.ts leaves out. */
import { RequestError, type Handler } from './exchange.ts';

export class Routes {
  private readonly exact = new Map<string, Map<string, Handler>>();
  private readonly below: { prefix: string; methods: Map<string, Handler> }[] = [];

  get(path: string, handler: Handler): this {
    return this.add(path, 'GET', handler);
  }

  post(path: string, handler: Handler): this {
    return this.add(path, 'POST', handler);
  }

  /** Everything under `prefix`, which ends in a slash. */
  getBelow(prefix: string, handler: Handler): this {
    this.below.push({ prefix, methods: new Map([['GET', handler]]) });
    return this;
  }

  /** Throws RequestError `not-found` or `wrong-method`. */
  find(method: string, path: string): Handler {
    const methods = this.exact.get(path) ?? this.below.find(({ prefix }) => path.startsWith(prefix))?.methods;
    if (methods === undefined) throw new RequestError('not-found', 'there is nothing here');
    const handler = methods.get(method === 'HEAD' ? 'GET' : method);
    if (handler === undefined) throw new RequestError('wrong-method', `not with ${method}`);
    return handler;
  }

  private add(path: string, method: string, handler: Handler): this {
    const methods = this.exact.get(path) ?? new Map<string, Handler>();
    this.exact.set(path, methods.set(method, handler));
    return this;
  }
}
