import RealModule

/// A number beside an axis: short, and the same whatever it went through.
///
/// At most six significant digits; powers where the number is below a thousandth or from a hundred
/// thousand on.
package func tickText(_ number: Double) -> String {
  guard number.isFinite else { return "\(number)" }
  if number != 0, abs(number) < 1e-3 || abs(number) >= 1e5 {
    let (digits, exponent) = decimal(number, digits: 1)
    return "\(number < 0 ? "−" : "")\(digits)e\(exponent < 0 ? "−" : "")\(abs(exponent))"
  }
  return plain(number, digits: 6).replacing("-", with: "−")
}

/// The first digits of a number's magnitude, rounded, and the power of ten of the first of them.
private func decimal(_ number: Double, digits: Int) -> (digits: String, exponent: Int) {
  guard number != 0 else { return ("0", 0) }
  var exponent = Int(Double.log10(abs(number)).rounded(.down))
  let shift = digits - 1 - exponent
  // In two steps: 10 to the power that the smallest numbers need is infinite.
  let first = min(shift, 300)
  let scaled =
    shift < 0
    ? abs(number) / .pow(10, -shift) : abs(number) * .pow(10, first) * .pow(10, shift - first)
  var text = "\(Int(scaled.rounded()))"
  // 9.99 has become 10, or the logarithm of 1000 has come out below 3.
  if text.count > digits { (text, exponent) = (String(text.dropLast()), exponent + 1) }
  return (text, exponent)
}

/// A number without a power of ten, rounded to so many digits.
private func plain(_ number: Double, digits: Int) -> String {
  let (text, exponent) = decimal(number, digits: digits)
  guard exponent < digits - 1 else { return (number < 0 ? "-" : "") + text }
  let padded = exponent < 0 ? String(repeating: "0", count: -exponent) + text : text
  let point = max(0, exponent) + 1
  var fraction = padded.dropFirst(point)
  while fraction.last == "0" { fraction.removeLast() }
  return (number < 0 ? "-" : "") + padded.prefix(point) + (fraction.isEmpty ? "" : ".\(fraction)")
}

/// A length in pixels with one digit after the point.
func tenth(_ number: Double) -> String {
  let text = "\((number * 10).rounded() / 10 + 0)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
