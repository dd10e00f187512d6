// Short names for the shapes of protocols/openapi.yaml; schema.ts is generated from it by `npm run types`.
import type { components } from './schema';

type Schemas = components['schemas'];
export type Tenant = Schemas['Tenant'];
export type Show = Schemas['Show'];
export type EventSummary = Schemas['EventSummary'];
export type EventPage = Schemas['EventPage'];
export type Event = Schemas['Event'];
export type Availability = Schemas['Availability'];
export type AvailabilityChanges = Schemas['AvailabilityChanges'];
export type Figures = Schemas['CategoryFigures'];
export type Block = Schemas['Block'];
export type BlockChanges = Schemas['BlockChanges'];
export type Spot = Schemas['Spot'];
export type Hold = Schemas['Hold'];
export type Booking = Schemas['Booking'];
export type BookingWithAccess = Schemas['BookingWithAccess'];
export type UserDetails = Schemas['UserDetails'];
export type ProblemBody = Schemas['Problem'];
export type Alternative = Schemas['Alternative'];
export type FieldError = Schemas['FieldError'];
