/// What a step does to the loss.
struct StepResult: Sendable {
  /// The fall of the mean loss on the training part, from the network as it is.
  let gain: Double
  /// The same on the held-out part, if there is one.
  let heldOut: PairedGain?
  /// The fall on the held-out part from the first step of the same trial on.
  let heldOutBeyondFirst: PairedGain?
  /// The shares of right answers after the step; `nil` where they were not counted.
  var accuracy: Double?
  var heldOutAccuracy: Double?
}
