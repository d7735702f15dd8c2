import { z } from 'zod';
import { nameProblem } from '../../account/given-name.ts';
import { press } from '../../account/asked.ts';
import { makeTeam } from '../../account/team.ts';
import { dependencies } from '../../dependencies.ts';
import { withTyped } from '../../form.ts';

const form = z.strictObject({ act: z.literal('make'), name: z.string().max(2048) });

export async function POST(request: Request): Promise<Response> {
  return press(request, form, async ({ userId }, { name }) => {
    if (nameProblem(name) !== undefined) return withTyped('/team', { name });
    const id = await makeTeam(dependencies(), userId, name.trim());
    return `/team/${id}`;
  });
}
