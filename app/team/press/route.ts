import { z } from 'zod';
import { press } from '../../account/asked.ts';
import { makeTeam } from '../../account/team.ts';
import { dependencies } from '../../dependencies.ts';
import { withTyped } from '../../form.ts';

const form = z.strictObject({ act: z.literal('make'), name: z.string().max(2048) });

export async function POST(request: Request): Promise<Response> {
  return press(request, form, async ({ userId }, { name }) => {
    const kept = name.trim();
    if (kept === '' || kept.length > 80) return withTyped('/team', { name });
    const id = await makeTeam(dependencies(), userId, kept);
    return `/team/${id}`;
  });
}
