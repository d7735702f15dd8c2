import { z } from 'zod';
import { press } from '../../account/asked.ts';
import { makeTeam } from '../../account/team.ts';
import { dependencies } from '../../dependencies.ts';

const form = z.strictObject({ act: z.literal('make'), name: z.string().trim().min(1).max(80) });

export async function POST(request: Request): Promise<Response> {
  return press(request, form, async ({ userId }, { name }) => {
    const id = await makeTeam(dependencies(), userId, name);
    return `/team/${id}`;
  });
}
