extension Double {
  /// The number as a person reads it, with three significant digits: `0.00312`, `41.2`, `1.5e-7`.
  package var inThreeDigits: String {
    guard isFinite, self != 0 else { return self == 0 ? "0" : "\(self)" }
    let sign = self < 0 ? "-" : ""
    var (scaled, exponent) = (magnitude, 2)
    while scaled >= 999.5 { (scaled, exponent) = (scaled / 10, exponent + 1) }
    while scaled < 99.95 { (scaled, exponent) = (scaled * 10, exponent - 1) }
    // `scaled` has three digits before its point; the first of them counts 10^exponent.
    let digits = String(Int(scaled.rounded()))
    switch exponent {
    case 2...5: return sign + digits + String(repeating: "0", count: exponent - 2)
    case 0...1: return sign + digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
    case -3 ... -1: return sign + "0." + String(repeating: "0", count: -1 - exponent) + digits
    default:
      var fraction = digits.dropFirst()
      while fraction.last == "0" { fraction.removeLast() }
      return sign + digits.prefix(1) + (fraction.isEmpty ? "" : ".\(fraction)") + "e\(exponent)"
    }
  }
}
