internal import Networks

extension KernelInitializer {
  /// The initializer of a layer's settings; `nil` if it is none of those that are known.
  init?(keras value: JSONValue?) {
    guard let value else { return nil }
    let name = (value.text ?? value["class_name"]?.text ?? "").lowercased().filter { $0 != "_" }
    let settings = value["config"]
    func number(_ key: String, _ standard: Double) -> Double {
      settings?[key]?.number ?? standard
    }
    switch name {
    case "glorotuniform": self = .glorotUniform
    case "glorotnormal": self = .variance(scale: 1, mode: .fanAverage, shape: .truncatedNormal)
    case "heuniform": self = .variance(scale: 2, mode: .fanIn, shape: .uniform)
    case "henormal": self = .heNormal
    case "lecununiform": self = .variance(scale: 1, mode: .fanIn, shape: .uniform)
    case "lecunnormal": self = .variance(scale: 1, mode: .fanIn, shape: .truncatedNormal)
    case "randomnormal", "truncatednormal":
      self = .normal(mean: number("mean", 0), deviation: number("stddev", 0.05))
    case "randomuniform":
      self = .uniform(from: number("minval", -0.05), to: number("maxval", 0.05))
    case "variancescaling":
      let modes: [String: Mode] = [
        "fan_in": .fanIn, "fan_out": .fanOut, "fan_avg": .fanAverage,
      ]
      let shapes: [String: Shape] = [
        "uniform": .uniform, "truncated_normal": .truncatedNormal, "normal": .truncatedNormal,
        "untruncated_normal": .normal,
      ]
      self = .variance(
        scale: number("scale", 1), mode: modes[settings?["mode"]?.text ?? ""] ?? .fanIn,
        shape: shapes[settings?["distribution"]?.text ?? ""] ?? .truncatedNormal)
    default: return nil
    }
  }
}
