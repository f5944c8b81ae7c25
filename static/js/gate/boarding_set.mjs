//# allFunctionsCalledOnLoad
// Pure: which ticket was let aboard at which phone, and when, as far as one phone has heard. The set only grows, and what
// is in it does not depend on the order in which it was heard, nor on how often.
//
// An event: {ticket, device_id, gate_id, stamp, before, isOff}. `ticket` is its number on this voyage or its serial,
// `stamp` null until that phone has told it, `before` the first stamp at which the phone said so, `isOff` whether its clock
// cannot be put in order with ours.

export class BoardingSet {
  // By phone, and of each by ticket.
  #events = new Map();

  /** Adds an event, or what it tells more of one that is known. */
  add(event) {
    const { device_id, ticket } = event;
    if (!this.#events.has(device_id)) this.#events.set(device_id, new Map());
    const events = this.#events.get(device_id);
    const known = events.get(ticket);
    events.set(ticket, known ? joined(known, event) : event);
  }

  /** Adds all that a phone has stated (meeting_code.mjs). */
  hear({ device_id, gate_id, stamp: before, events }, isOff = false) {
    for (const { ticket, stamp } of events) this.add({ ticket, device_id, gate_id, stamp, before, isOff });
  }

  /** The events of each ticket, the earliest first; `serialOf(number)` is the serial, undefined where it is not known. */
  byTicket(serialOf) {
    const found = new Map();
    for (const told of [...this.#events.values()].flatMap((events) => [...events.values()])) {
      const ticket = typeof told.ticket === "number" ? serialOf(told.ticket) ?? told.ticket : told.ticket;
      const event = { ...told, ticket };
      const others = found.get(ticket) ?? new Map();
      // Told by number and by serial it is the same event.
      const same = others.get(event.device_id);
      others.set(event.device_id, same ? joined(same, event) : event);
      found.set(ticket, others);
    }
    return new Map([...found].map(([ticket, events]) => [ticket, [...events.values()].sort(inOrder)]));
  }

  /**
   * Tickets that more than one phone has let aboard: [{ticket, events, first}], where `first` is the event that was the
   * first of all, null while that is not known.
   */
  copies(serialOf) {
    return [...this.byTicket(serialOf)].filter(([, events]) => events.length > 1).map(([ticket, events]) => (
      { ticket, events, first: events.every(({ stamp, isOff }) => stamp !== null && !isOff) ? events[0] : null }
    )).sort((one, other) => (String(one.ticket) < String(other.ticket) ? -1 : 1));
  }
}

// Each part takes the larger or smaller of two, so that it is the same in any order.
function joined(one, other) {
  const { ticket, device_id } = one;
  return {
    ticket,
    device_id,
    gate_id: Math.min(one.gate_id, other.gate_id),
    stamp: least(one.stamp, other.stamp),
    before: Math.min(one.before, other.before),
    isOff: one.isOff || other.isOff,
  };
}

function least(one, other) {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

function inOrder(one, other) {
  return (one.stamp ?? one.before) - (other.stamp ?? other.before) || one.device_id - other.device_id;
}
