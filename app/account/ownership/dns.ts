/**
 * TXT records as each authoritative server of the domain answers them: a resolver in between may hold what was there
 * yesterday. The servers are named by the domain's owner, so only public addresses are asked.
 */
import { Resolver } from 'node:dns/promises';
import { isPublicAddress } from '#lib/server/public-address.ts';

export interface TxtAnswer {
  readonly server: string;
  /** Undefined when it gave no answer; empty when it answered that there is none. */
  readonly texts: readonly string[] | undefined;
}

export interface DnsSettings {
  /** Who is asked where the authoritative servers are; unset: as this machine is set up. */
  readonly resolvers?: readonly string[];
  readonly authoritativePort?: number;
  readonly allowLoopback?: boolean;
}

const mostServers = 6;
const options = { timeout: 3_000, tries: 2 };

export async function authoritativeTxt(name: string, settings: DnsSettings = {}): Promise<TxtAnswer[]> {
  const { resolvers, authoritativePort = 53, allowLoopback = false } = settings;
  const general = new Resolver(options);
  if (resolvers !== undefined) general.setServers(resolvers);
  const servers = (await serversOf(general, name)).slice(0, mostServers);
  return Promise.all(
    servers.map(async (server) => {
      const addresses = await general.resolve4(server).catch(() => general.resolve6(server).catch(() => []));
      const address = addresses[0];
      const mayAsk = address !== undefined && (isPublicAddress(address) || allowLoopback);
      if (!mayAsk) return { server, texts: undefined };
      const one = new Resolver(options);
      one.setServers([
        address.includes(':') ? `[${address}]:${authoritativePort}` : `${address}:${authoritativePort}`,
      ]);
      return { server, texts: await txt(one, name) };
    }),
  );
}

/** The name servers of the nearest zone above the name. */
async function serversOf(resolver: Resolver, name: string): Promise<string[]> {
  const labels = name.split('.');
  for (let from = 0; from < labels.length - 1; from++) {
    const servers = await resolver.resolveNs(labels.slice(from).join('.')).catch(() => []);
    if (servers.length > 0) return servers.sort();
  }
  return [];
}

async function txt(resolver: Resolver, name: string): Promise<string[] | undefined> {
  try {
    return (await resolver.resolveTxt(name)).map((parts) => parts.join('')).slice(0, 50);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENODATA' || code === 'ENOTFOUND' ? [] : undefined;
  }
}
