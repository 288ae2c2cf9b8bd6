import ArgumentParser

/// A part of a whole, as a user writes it: `20%` or `0.2`.
enum Share {
  /// The number that a text stands for.
  ///
  /// - Throws: `ValidationError` if it is none, or more than all; a number from 1 on without a percent sign
  ///   would be more than all.
  static func parse(_ text: String) throws -> Double {
    let isPercent = text.hasSuffix("%")
    guard let number = Double(isPercent ? String(text.dropLast()) : text), number >= 0,
      number.isFinite
    else { throw ValidationError("expected a share such as 20% or 0.2") }
    let share = isPercent ? number / 100 : number
    guard share <= 1 else {
      throw ValidationError(
        isPercent
          || number > 100
          ? "it is more than all: expected at most 100% or 1, as in 20% or 0.2"
          : "it is more than all: write \(text)% or \(number / 100)")
    }
    return share
  }

  /// The share in percent.
  static func text(_ share: Double) -> String {
    let percent = (share * 1e6).rounded() / 1e4
    return percent == percent.rounded() ? "\(Int(percent)) %" : "\(percent) %"
  }
}
