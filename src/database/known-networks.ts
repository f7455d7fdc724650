/** At most this many networks of a customer's or an employee's logins are kept. */
const MAX_KNOWN_NETWORKS = 10;

/** SQL that puts a network first in the column `known_networks` of a row. The network is SQL too, and may be null. */
export const withNetwork = (row: string, network: string): string =>
  `case when ${network} is null or ${row}.known_networks[1] = ${network} then ${row}.known_networks
      else (array_prepend(${network}, array_remove(${row}.known_networks, ${network})))[1:${MAX_KNOWN_NETWORKS}] end`;
