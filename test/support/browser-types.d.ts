/** The runtime of the generated clients uses this type of browsers, which the types of Node do not contain. */
type BodyInit = NonNullable<RequestInit['body']>;
