import Networks

/// Neurons for one hidden layer, in growing number, each number to be tried at any amplitude.
struct StepTrial: Sendable {
  /// The hidden layer that would grow; layers count from 0.
  let layer: Int
  /// The function of its units.
  let function: UnitFunction
  /// The factors that the amplitude multiplies.
  let form: AmplitudeForm
  /// The neurons to choose from; a choice of fewer neurons has the first fan-ins of the largest.
  let choices: [NewNeurons]
}
