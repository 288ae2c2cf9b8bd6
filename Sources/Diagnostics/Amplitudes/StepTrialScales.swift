/// The sizes of a trial's directions.
struct StepTrialScales: Sendable {
  /// Amplitudes that change the next layer's preactivations by as much as they vary.
  let updateUnit: Double
  /// The amplitude of each choice of neurons that changes them by as much.
  let choiceUnits: [Double]
}
