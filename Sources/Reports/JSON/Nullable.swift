/// A value of a report, written as `null` where there is none.
///
/// A synthesized `encode` leaves out a `nil`, and JSON has no NaN: readers of a report find every
/// key, and a number or `null` behind it.
@propertyWrapper
struct Nullable<Value: Encodable & Sendable>: Encodable, Sendable {
  let wrappedValue: Value?

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let number = wrappedValue as? Double, !number.isFinite {
      try container.encodeNil()
    } else if let value = wrappedValue {
      try container.encode(value)
    } else {
      try container.encodeNil()
    }
  }
}
