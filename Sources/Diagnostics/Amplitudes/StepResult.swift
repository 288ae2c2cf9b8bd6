/// The change of the loss and of the accuracy by one step.
package struct StepResult: Sendable {
  /// The fall of the mean loss on the training part, from the network as it is.
  let gain: Double
  /// The falls on each half of the held-out part.
  let halves: [JudgedGains]

  /// The gain of the step on the whole held-out part.
  var judged: JudgedGains {
    var both = halves[0]
    both.merge(halves[1])
    return both
  }

  /// The fall of the mean loss on the held-out part, if there is one.
  package var heldOut: PairedGain? { judged.whole.paired }
  /// The fall on the held-out part from the first step of the same trial on.
  var heldOutBeyondFirst: PairedGain? { judged.beyondFirst.paired }
  /// The shares of right answers after the step; `nil` where they were not counted.
  var accuracy: Double?
  var heldOutAccuracy: Double?
}
