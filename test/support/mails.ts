import { EntityManager } from '@mikro-orm/postgresql';
import { type MailContent, type MailKind, exampleContents } from '../../src/mailer/mail-kinds.js';
import { MailRenderer, type RenderedMail } from '../../src/mailer/mail-renderer.js';
import { RequestScope } from '../../src/tenants/request-scope.js';
import { TenantsService } from '../../src/tenants/tenants.service.js';
import type { Shop } from './shop.js';

/** Renders a mail as the outbox does. */
export async function renderMail(
  shop: Shop,
  kind: MailKind,
  content: MailContent,
  language: string,
  tenant = shop.tenant,
): Promise<RenderedMail> {
  return RequestScope.run(shop.app.get(EntityManager), async () => {
    await shop.app.get(TenantsService).enter(tenant);
    return shop.app.get(MailRenderer).render(kind, content, language);
  });
}

/** The parts that contents may lack, together, and choices, which are `true` in the examples. */
const optional = [['firstName'], ['newEmail'], ['memberName'], ['token', 'link', 'until']];
const choices = ['repeated', 'pending'];

/** The example of a kind with each combination of optional parts and choices. */
export function variantsOf(kind: MailKind): MailContent[] {
  let variants: Record<string, unknown>[] = [{ ...exampleContents[kind] }];
  for (const parts of optional) {
    if (!parts.every((part) => part in exampleContents[kind])) continue;
    const without = ([name]: [string, unknown]): boolean => !parts.includes(name);
    variants = variants.flatMap((variant) => [variant, Object.fromEntries(Object.entries(variant).filter(without))]);
  }
  for (const choice of choices) {
    if (choice in exampleContents[kind]) {
      variants = variants.flatMap((variant) => [variant, { ...variant, [choice]: false }]);
    }
  }
  return variants;
}
