/**
 * One letter, two renderings: what a person is told is written once as data and comes out as equal text and HTML.
 * Whatever a letter quotes may come from a stranger, so every word is made visible and inert here: no markup, no links
 * but the ones named as such, no remote images. Values of facts are quotes; all else is sentences of ours, in which quotes
 * went through visibleText where they were put in.
 */
import { Button } from '@react-email/button';
import { Container } from '@react-email/container';
import { Head } from '@react-email/head';
import { Heading } from '@react-email/heading';
import { Hr } from '@react-email/hr';
import { Html } from '@react-email/html';
import { Link } from '@react-email/link';
import { render } from '@react-email/render';
import { Section } from '@react-email/section';
import { Text } from '@react-email/text';
import { Fragment, type ReactNode } from 'react';
import { visibleSentence, visibleText } from '../../encoding/visible-text.ts';
import { keptInOrder } from '../../identity/directional-parts.ts';
import { darkStyles, styles } from './letter-styles.ts';

export interface Letter {
  /** What a mail list shows after the subject. */
  readonly preheader: string;
  readonly heading: string;
  readonly blocks: readonly Block[];
}

export interface Action {
  readonly label: string;
  /** http or https, built by us. */
  readonly url: string;
}

export interface Row {
  readonly label: string;
  readonly value: string;
  /** The value is a sentence of ours, not a quote. */
  readonly isOurs?: boolean | undefined;
}

export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'facts'; readonly rows: readonly Row[] }
  | { readonly kind: 'buttons'; readonly buttons: readonly Action[] }
  | ({ readonly kind: 'link' } & Action)
  /** Something to type or compare, set large. */
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'small'; readonly text: string; readonly links?: readonly Action[] };

export async function renderLetter(letter: Letter): Promise<{ text: string; html: string }> {
  return { text: letterText(letter), html: await render(<LetterPage letter={letter} />) };
}

function letterText(letter: Letter): string {
  const parts = [sentence(letter.heading), ...letter.blocks.map(blockText)];
  return `${parts.join('\n\n')}\n`;
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return sentence(block.text);
    case 'facts':
      return block.rows.map((row) => `${sentence(row.label)}: ${valueOf(row)}`).join('\n');
    case 'buttons':
      return block.buttons.map(actionText).join('\n\n');
    case 'link':
      return actionText(block);
    case 'code':
      return `    ${visibleText(block.code)}`;
    case 'small':
      return [sentence(block.text), ...(block.links ?? []).map(actionText)].join('\n');
  }
}

function actionText({ label, url }: Action): string {
  return `${sentence(label)}:\n${webUrl(url)}`;
}

function LetterPage({ letter }: { letter: Letter }): ReactNode {
  return (
    <Html lang="en">
      <Head>
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <style>{darkStyles}</style>
      </Head>
      <body style={styles.body} className="page">
        <div style={styles.preheader}>{sentence(letter.preheader)}</div>
        <Container style={styles.container}>
          <Heading as="h1" style={styles.heading}>
            {sentence(letter.heading)}
          </Heading>
          {letter.blocks.map((block, at) => (
            <LetterBlock key={at} block={block} />
          ))}
        </Container>
      </body>
    </Html>
  );
}

function LetterBlock({ block }: { block: Block }): ReactNode {
  switch (block.kind) {
    case 'paragraph':
      return <Text style={styles.paragraph}>{sentence(block.text)}</Text>;
    case 'facts':
      return <Facts rows={block.rows} />;
    case 'buttons':
      return (
        <Section style={styles.section}>
          {block.buttons.map(({ label, url }) => (
            <Button key={url} href={webUrl(url)} style={styles.button} className="button">
              {sentence(label)}
            </Button>
          ))}
        </Section>
      );
    case 'link':
      return (
        <Text style={styles.paragraph}>
          <ActionLink action={block} />
        </Text>
      );
    case 'code':
      return (
        <Text style={styles.code} className="panel">
          {visibleText(block.code)}
        </Text>
      );
    case 'small':
      return (
        <>
          <Hr style={styles.rule} className="rule" />
          <Text style={styles.small} className="quiet">
            {sentence(block.text)}
          </Text>
          {block.links !== undefined && (
            <Text style={styles.small} className="quiet">
              {block.links.map((action, at) => (
                <Fragment key={action.url}>
                  {at > 0 && ' · '}
                  <ActionLink action={action} />
                </Fragment>
              ))}
            </Text>
          )}
        </>
      );
  }
}

function Facts({ rows }: { rows: readonly Row[] }): ReactNode {
  return (
    <table style={styles.facts} className="panel" cellPadding="0" cellSpacing="0">
      <tbody>
        {rows.map((row) => (
          <tr key={row.label}>
            <th scope="row" style={styles.label} className="quiet">
              {sentence(row.label)}
            </th>
            <td style={styles.value}>{valueOf(row)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ActionLink({ action }: { action: Action }): ReactNode {
  return (
    <Link href={webUrl(action.url)} style={styles.link} className="link">
      {sentence(action.label)}
    </Link>
  );
}

function valueOf({ value, isOurs = false }: Row): string {
  return isOurs ? sentence(value) : keptInOrder(visibleText(value));
}

/** Our own sentences are longer than what we quote in them; the limit only bounds a mistake. */
function sentence(text: string): string {
  return keptInOrder(visibleSentence(text));
}

/** Links are ours alone; anything that is not a web address is a defect here, not something to send. */
function webUrl(url: string): string {
  const parsed = new URL(url);
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')
    throw new TypeError(`not a web address: ${parsed.protocol}`);
  return parsed.href;
}
