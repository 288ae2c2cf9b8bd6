import Charts

/// A word of the page that is explained where it stands.
enum Term: String, CaseIterable {
  case lack, relativeLack, predicted, measured, heldOut, cost, neurons, singularValue, frontier
  case baseline, dead, crossValidated

  private var title: String {
    switch self {
    case .lack: "Lack of expressivity, Ψ"
    case .relativeLack: "Ψ / D"
    case .predicted: "Predicted"
    case .measured: "Measured"
    case .heldOut: "Held out"
    case .crossValidated: "Cross-validated"
    case .cost: "Cost"
    case .neurons: "New units"
    case .singularValue: "λ and the noise floor"
    case .frontier: "Best for its cost"
    case .baseline: "The best constant answer"
    case .dead: "Dead units"
    }
  }

  private var text: String {
    switch self {
    case .lack:
      "Training asks each layer for a change of its outputs, sample by sample. D is the size of that "
        + "change, and Ψ the part of it that no change of the layer's own weights can make."
    case .relativeLack:
      "The share of the wanted change that the layer cannot make. It is near 100 % in any network that "
        + "was trained until it stopped, so it is no alarm by itself: what new units gain is."
    case .predicted:
      "By how much the loss should fall at once, from its slope along the new units and its curvature."
    case .measured:
      "By how much the loss does fall at once when the new units are added, on the samples they were "
        + "fitted on, before any training."
    case .heldOut:
      "The same on samples that nothing was fitted on, with its standard error. It decides, unless "
        + "a cross-validated gain stands beside it."
    case .crossValidated:
      "Where the held-out samples leave the gain in doubt, every part of the samples is held out in turn "
        + "and judges new units that were found without it. The mean over all samples decides."
    case .cost: "The weights and biases that the new units add."
    case .neurons:
      "How many units are worth adding to this layer: more of them hardly lower the loss of held-out "
        + "samples further."
    case .singularValue:
      "Each λ is the strength of one direction in which a new unit could help. Those below the noise "
        + "floor are as small as so many samples leave by chance."
    case .frontier:
      "No other number of units, in any layer, gains more for as few parameters or fewer."
    case .baseline:
      "The loss of a network that answers the same to every sample, the best such answer. A trained "
        + "network has to be well below."
    case .dead: "They answer the same to every sample, so they are of no use to the next layer."
    }
  }

  private var name: String { "term-\(rawValue)" }

  /// A button that shows the explanation.
  var button: HTML {
    HTML(
      "button",
      [
        "type": "button", "class": "term", "popovertarget": name,
        "aria-label": "What is this: \(title)?",
      ], [HTML("span", ["aria-hidden": "true"], "?")])
  }

  /// What the buttons show: one for each term.
  static var explanations: HTML {
    HTML(
      "aside", ["aria-label": "Terms"],
      allCases.map { term in
        HTML(
          "div", ["id": term.name, "popover": ""],
          [HTML("b", [:], term.title), HTML(term.text)])
      })
  }
}
