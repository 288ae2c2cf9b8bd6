import Growth

extension ComparisonWay {
  /// The way in words: `hidden +6 tiny, silent`, or `layer 0 +6 tiny` where the layer's name is a number.
  var text: String {
    guard let layerName else { return method.shortText }
    return "\(Text.layer(layerName)) +\(neurons) \(method.shortText)"
  }
}

extension ComparisonWay.Method {
  /// What is done, in a column.
  var shortText: String {
    switch self {
    case .none: "as it is"
    case .tiny(1, 1): "tiny"
    case .tiny(0, 1): "tiny, silent"
    case .tiny(0, let scale): "tiny, silent ×\(scale)"
    case .tiny(let amplitude, 1): "tiny at \(amplitude)"
    case .tiny(let amplitude, let scale): "tiny at \(amplitude) ×\(scale)"
    case .gradmax, .random, .net2wider: name
    case .scratch: "from scratch"
    }
  }

  /// What the word in the column means, for a line below the table.
  var explanation: String? {
    switch self {
    case .none, .scratch: nil
    case .tiny(1, 1): "tiny: neurons as grow finds them"
    case .tiny(0, 1):
      "silent: without weights to the next layer yet, so that no answer changes at first"
    case .tiny(0, let scale): "×\(scale): their inputs' weights times \(scale)"
    case .tiny: nil
    case .gradmax:
      "gradmax: no inputs' weights, and those to the next layer by the largest gradient"
    case .random: "random: random inputs' weights, silent"
    case .net2wider: "net2wider: copies of units"
    }
  }
}

extension ComparisonWay.Method {
  /// What is done, for a person.
  var inWords: String {
    switch self {
    case .none: "as it is"
    case .tiny(1, 1): "as found"
    case .tiny(0, 1): "as found, made silent"
    case .tiny(0, let scale): "as found, made silent, their fan-in times \(scale)"
    case .tiny(let amplitude, 1): "as found, at \(amplitude) of their amplitude"
    case .tiny(1, let scale): "as found, their fan-in times \(scale)"
    case .tiny(let amplitude, let scale):
      "as found, amplitude times \(amplitude), fan-in times \(scale)"
    case .gradmax: "by GradMax"
    case .random: "random neurons without fan-out"
    case .net2wider: "copies of units"
    case .scratch: "from scratch"
    }
  }
}
