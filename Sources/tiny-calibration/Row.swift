import Diagnostics
import Growth
import Networks

/// One hidden layer of one network.
struct Row {
  let subject: String
  let layer: String
  let suggested: Int
  let count: Int
  let slope: Double
  let slopeMeasured: Double
  let gain: LossGain?
  var results: [Method: Result] = [:]
}
