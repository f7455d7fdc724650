import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { OwnAccountDto } from '../../clients/typescript/src/emporix/types.gen.ts';

export const User = createContext<OwnAccountDto>({ id: '', name: '', email: '', role: 'viewer', scopes: [] });

export function useUser(): OwnAccountDto {
  return useContext(User);
}

/** Whether the employee has one of these scopes, perhaps only for the customers of a restriction. */
export function useCan(): (...scopes: string[]) => boolean {
  const { scopes: held } = useUser();
  const names = held.map((scope) => scope.replace(/--.*/, ''));
  return (...scopes) => scopes.some((scope) => names.includes(scope));
}

/** The scopes that open the parts of the page. */
export const scope = {
  read: 'customer.customer_read',
  manage: 'customer.customer_manage',
  act: 'customer.assistedBuying_manage',
  decide: 'foyer.activations_manage',
  readCompanies: 'customermanagement.legalentity_read',
  manageMembers: ['customermanagement.contactassignment_manage', 'customermanagement.legalentity_manage'],
  overrideEmail: 'foyer.email_override',
  mails: 'foyer.mails_manage',
  admin: 'foyer.admin',
} as const;
