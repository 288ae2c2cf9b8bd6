import FoundationEssentials

/// Ψ and λ of a report, as far as their accuracy is compared.
private struct Findings: Decodable {
  struct Layer: Decodable {
    let name: String
    let desiredUpdate: Double
    let lackOfExpressivity: Double
  }
  struct Growth: Decodable {
    let layer: String
    let singularValues: [Double]
  }
  let layers: [Layer]
  let growth: [Growth]
}

/// Prints how far Ψ and λ are from those that are computed in double precision from the samples on.
///
/// - Parameters:
///   - program: the program, which runs once with `--double` and once without.
///   - path: a model with samples.
///   - folder: where reports may be put.
/// - Throws: `ProgramFailure`, and what decoding a report throws.
func printAccuracy(of program: String, on path: String, folder: String) throws {
  func findings(_ options: [String]) throws -> Findings {
    let report = "\(folder)/tiny-bench-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: report) }
    _ = try ProgramRun(
      of: program, [path, "--one-pass", "--quiet", "--format", "json", "-o", report] + options)
    return try JSONDecoder().decode(
      Findings.self, from: Data(contentsOf: URL(filePath: report)))
  }
  let (single, double) = (try findings([]), try findings(["--double"]))
  print("| layer | Ψ, of itself | λ₁, of itself | worst of 32 λ, of λ₁ | of √D |")
  print("|---|---:|---:|---:|---:|")
  for (index, (layer, exact)) in zip(single.layers, double.layers).enumerated() {
    let lack = abs(layer.lackOfExpressivity / exact.lackOfExpressivity - 1)
    var cells = [layer.name, power(lack)]
    if let place = double.growth.firstIndex(where: { $0.layer == layer.name }) {
      let values = zip(single.growth[place].singularValues, double.growth[place].singularValues)
      let errors = values.prefix(32).map { abs($0 - $1) }
      let first = double.growth[place].singularValues.first ?? 0
      let size = double.layers[index + 1].desiredUpdate.squareRoot()
      let worst = errors.max() ?? 0
      cells += [(errors.first ?? 0) / first, worst / first, worst / size].map(power)
    } else {
      cells += ["–", "–", "–"]
    }
    print("| \(cells.joined(separator: " | ")) |")
  }
  print("")
}

/// A small number in two digits.
private func power(_ number: Double) -> String {
  guard number > 0, number.isFinite else { return "\(number)" }
  var (digits, exponent) = (number, 0)
  while digits < 0.95 { (digits, exponent) = (10 * digits, exponent - 1) }
  return exponent == 0 ? tenths(digits) : "\(tenths(digits))e\(exponent)"
}
