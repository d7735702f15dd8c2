#!/usr/bin/env node
// Node runs this file; tsx then runs the TypeScript behind it.
import { register } from 'tsx/esm/api';

register();
await import('./main.ts');
