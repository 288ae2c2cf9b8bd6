import Foundation
import Loader
import Networks

/// Samples for one task, split into those to train on, to judge on, and never seen.
struct DataSet {
  let name: String
  let loss: Loss
  let outputs: Int
  let output: Activation?
  let preprocessing: [Stage<Float>]
  /// Everything is fitted on these.
  let training: ArraySamples
  /// The diagnosis judges on these.
  let validation: ArraySamples
  /// Seen by nothing before the table is written.
  let test: ArraySamples
}
