// What can be said about a form before it is sent. The node has the last word; these are the same rules, said sooner.
export interface Contact {
  firstName: string;
  lastName: string;
  email: string;
  phone: string;
}

export const emptyContact = (): Contact => ({ firstName: '', lastName: '', email: '', phone: '' });

const email =
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$/;
const phone = /^[+]?[0-9 ().-]{3,32}$/;

export function checkContact(contact: Contact): { field: string; code: 'required' | 'format' }[] {
  const out: { field: string; code: 'required' | 'format' }[] = [];
  for (const field of ['firstName', 'lastName', 'email'] as const) if (!contact[field].trim()) out.push({ field, code: 'required' });
  if (contact.email.trim() && !email.test(contact.email.trim())) out.push({ field: 'email', code: 'format' });
  if (contact.phone.trim() && !phone.test(contact.phone.trim())) out.push({ field: 'phone', code: 'format' });
  return out;
}

export function asUserDetails(contact: Contact, language: string) {
  return {
    firstName: contact.firstName.trim(),
    lastName: contact.lastName.trim(),
    email: contact.email.trim(),
    ...(contact.phone.trim() ? { phone: contact.phone.trim() } : {}),
    language,
  };
}

/** What staff type or scan: the text of a ticket's QR code, or the eight characters of a confirmation code with or without gaps. */
export function ticketOrCode(text: string): { ticket: string } | { confirmationCode: string } | null {
  const trimmed = text.trim();
  if (/^HF:/i.test(trimmed)) return { ticket: trimmed };
  const code = trimmed.replace(/[\s-]/g, '').toUpperCase();
  return /^[A-Z0-9]{8}$/.test(code) ? { confirmationCode: code } : null;
}
