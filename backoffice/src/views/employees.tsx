import { useState } from 'preact/hooks';
import {
  createEmployee,
  deleteEmployee,
  listEmployees,
  updateEmployee,
} from '../../../clients/typescript/src/emporix/sdk.gen.ts';
import type { EmployeeDto, NewEmployeeDto } from '../../../clients/typescript/src/emporix/types.gen.ts';
import { type Call, dataOf } from '../api/calls.ts';
import { type ApiFailure, toFailure } from '../api/failure.ts';
import { tenant } from '../api/session.ts';
import { formatDateTime, formatFailure } from '../format.ts';
import { useLoaded, useTitle } from '../hooks.ts';
import { ActionDialog, ApiCall, Dialog, DialogButtons } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { Alert, Show } from '../parts/states.tsx';
import { announce } from '../parts/toast.tsx';
import { t } from '../texts/index.ts';
import { useUser } from '../user.tsx';

type Employee = EmployeeDto & { name?: string };

/** The employees of the tenant, with their roles. */
export function Employees(): preact.JSX.Element {
  const { email: ownEmail } = useUser();
  const employees = useLoaded<Employee[]>('employees', () => dataOf(listEmployees({ path: { tenant } })));
  const [isAdding, setAdding] = useState(false);
  const [edited, setEdited] = useState<Employee>();
  const [removed, setRemoved] = useState<Employee>();
  useTitle(t.nav.employees);
  const done = (message: string): void => {
    setAdding(false);
    setEdited(undefined);
    setRemoved(undefined);
    announce(message);
    employees.reload();
  };
  return (
    <>
      <header class="head">
        <h1>{t.nav.employees}</h1>
        <button type="button" class="primary" onClick={() => setAdding(true)}>
          {t.employees.add}
        </button>
      </header>
      <Show loaded={employees}>
        {(rows) => (
          <div class="table">
            <table>
              <thead>
                <tr>
                  <th scope="col">{t.name}</th>
                  <th scope="col">{t.role}</th>
                  <th scope="col">{t.employees.state}</th>
                  <th scope="col">{t.created}</th>
                  <th scope="col">
                    <span class="unseen">{t.actions}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map((employee) => {
                  const { id, name, email, role, active, invited, createdAt } = employee;
                  return (
                    <tr key={id}>
                      <td data-label={t.name}>
                        {name && <strong>{name} </strong>}
                        <span class="break">{email}</span>
                      </td>
                      <td data-label={t.role}>{t.roles[role]}</td>
                      <td data-label={t.employees.state}>
                        <span class={active ? (invited ? 'badge warn' : 'badge good') : 'badge bad'}>
                          {active ? (invited ? t.employees.invited : t.employees.active) : t.employees.inactive}
                        </span>
                      </td>
                      <td data-label={t.created}>{formatDateTime(createdAt)}</td>
                      <td class="actions">
                        <button type="button" aria-label={`${t.edit}: ${email}`} onClick={() => setEdited(employee)}>
                          {t.edit}
                        </button>
                        {email !== ownEmail && (
                          <button
                            type="button"
                            aria-label={`${t.remove}: ${email}`}
                            onClick={() => setRemoved(employee)}
                          >
                            {t.remove}
                          </button>
                        )}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        )}
      </Show>
      {isAdding && <EmployeeDialog onSaved={() => done(t.employees.added)} onClose={() => setAdding(false)} />}
      {edited && (
        <EmployeeDialog employee={edited} onSaved={() => done(t.saved)} onClose={() => setEdited(undefined)} />
      )}
      {removed && (
        <ActionDialog
          title={`${t.remove}: ${removed.email}`}
          confirm={t.remove}
          danger
          call={() => (client) => deleteEmployee({ client, path: { tenant, employeeId: removed.id } })}
          onDone={() => done(t.done)}
          onClose={() => setRemoved(undefined)}
        >
          <p>{t.employees.removeText}</p>
        </ActionDialog>
      )}
    </>
  );
}

/** Invites an employee, or changes the role of one. */
function EmployeeDialog({
  employee,
  onSaved,
  onClose,
}: {
  employee?: Employee;
  onSaved: () => void;
  onClose: () => void;
}): preact.JSX.Element {
  const [name, setName] = useState(employee?.name ?? '');
  const [email, setEmail] = useState(employee?.email ?? '');
  const [role, setRole] = useState<string>(employee?.role ?? 'support');
  const [active, setActive] = useState(employee?.active ?? true);
  const [failure, setFailure] = useState<ApiFailure>();
  const body = { email, role, ...(name && { name }), ...(employee && { active }) } as NewEmployeeDto;
  const call: Call = (client) =>
    employee
      ? updateEmployee({ client, path: { tenant, employeeId: employee.id }, body })
      : createEmployee({ client, path: { tenant }, body });
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      await dataOf(call());
      onSaved();
    } catch (error) {
      setFailure(toFailure(error));
    }
  };
  return (
    <Dialog title={employee ? `${t.edit}: ${employee.email}` : t.employees.add} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        {!employee && <p>{t.employees.inviteText}</p>}
        {failure && <Alert>{formatFailure(failure)}</Alert>}
        <Field
          label={t.name}
          value={name}
          onChange={setName}
          maxLength={100}
          error={failure?.fields.name}
          required={!employee}
        />
        <Field label={t.email} type="email" value={email} onChange={setEmail} required error={failure?.fields.email} />
        <Field
          label={t.role}
          value={role}
          onChange={setRole}
          options={Object.entries(t.roles)}
          hint={t.employees.roleHints[role as keyof typeof t.roles]}
          error={failure?.fields.role}
        />
        {employee && (
          <div class="field check">
            <input
              id="employee-active"
              type="checkbox"
              checked={active}
              onChange={({ currentTarget }) => setActive(currentTarget.checked)}
            />
            <label for="employee-active">{t.employees.mayLogIn}</label>
          </div>
        )}
        <ApiCall key={JSON.stringify(body)} call={call} />
        <DialogButtons submit={employee ? t.save : t.employees.invite} onClose={onClose} />
      </form>
    </Dialog>
  );
}
