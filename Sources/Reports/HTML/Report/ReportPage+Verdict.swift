import Charts

extension HTMLReport {
  /// The answer: what to do, what it brings, and the command for it.
  var verdict: HTML {
    let verdict = PageVerdict(report)
    let command = verdict.command.map { [HTML.command($0, name: "command")] } ?? []
    return HTML(
      "div", ["class": "verdict"],
      [
        HTML("span", ["class": "kind"], verdict.kind), HTML("h2", [:], verdict.headline),
        KeyFigure.list(figures(verdict)),
        HTML("p", [:], verdict.sentence.printable),
      ] + command + [.remarks(report.warnings)])
  }

  private func figures(_ verdict: PageVerdict) -> [KeyFigure] {
    guard let growth = report.growth.first(where: { $0.layer == verdict.layer }) else {
      return currentFigures
    }
    let cost = growth.parameterCost
    let share = Double(cost) / Double(max(1, report.model.parameters))
    let costs = KeyFigure(
      name: "Cost", value: "\(Text.count(cost))",
      note: "parameters, \(Text.percent(share)) more than now")
    if let closed = growth.closedLackShare {
      return [
        KeyFigure(
          name: "Of what \(growth.relieves.printable) lacks",
          value: Text.percent(closed),
          note: "closed, ± \(Text.number((growth.closedLackStandardError ?? 0) * 100)) points"),
        costs,
      ]
    }
    return [lossFigure(growth), accuracyFigure(growth), costs].compactMap { $0 }
  }

  private func lossFigure(_ growth: JSONReport.Growth) -> KeyFigure? {
    let isHeldOut = growth.validationLossGain != nil
    guard let gain = growth.validationLossGain ?? growth.measuredLossGain,
      let loss = isHeldOut ? report.loss.validationValue : report.loss.value
    else { return nil }
    let share = loss != 0 ? abs(gain / loss) : .infinity
    // So small a change is not seen in the first digits of the loss.
    guard share.isFinite, share >= 0.001 else {
      return KeyFigure(
        name: isHeldOut ? "Loss on held-out samples" : "Loss", value: Text.signed(loss),
        note: "\(gain >= 0 ? "falls" : "rises") by \(Text.signed(abs(gain))) at once")
    }
    return KeyFigure(
      name: isHeldOut ? "Loss on held-out samples" : "Loss", value: Text.change(loss, loss - gain),
      note: "\(gain >= 0 ? "−" : "+")\(Text.precisePercent(share)) at once, before any training")
  }

  private func accuracyFigure(_ growth: JSONReport.Growth) -> KeyFigure? {
    let isHeldOut = growth.validationAccuracyAfter != nil
    guard let after = growth.validationAccuracyAfter ?? growth.accuracyAfter,
      let before = isHeldOut ? report.loss.validationAccuracy : report.loss.accuracy
    else { return nil }
    return KeyFigure(
      name: isHeldOut ? "Accuracy on held-out samples" : "Accuracy",
      value: Text.precisePercent(after), note: "now \(Text.precisePercent(before))")
  }

  /// What there is to say of a network that is to stay as it is.
  private var currentFigures: [KeyFigure] {
    let loss = report.loss
    var figures: [KeyFigure] = []
    if let value = loss.validationValue ?? loss.value {
      figures.append(
        KeyFigure(
          name: loss.validationValue != nil ? "Loss on held-out samples" : "Loss",
          value: Text.signed(value),
          note: loss.validationValue != nil
            ? "\(Text.signed(loss.value)) on training samples" : loss.name))
    }
    if let accuracy = loss.validationAccuracy ?? loss.accuracy {
      figures.append(
        KeyFigure(
          name: "Accuracy", value: Text.precisePercent(accuracy),
          note: loss.validationAccuracy != nil ? "on held-out samples" : "on training samples"))
    }
    figures.append(
      KeyFigure(
        name: "Size", value: Text.count(report.model.parameters), note: "parameters"))
    return figures
  }
}
