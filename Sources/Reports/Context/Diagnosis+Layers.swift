import Diagnostics

extension Diagnosis {
  /// What was found out about widening a layer; `nil` for the last one and those not asked for.
  func growth(ofLayer index: Int) -> GrowthDiagnosis? { growth.first { $0.layer == index } }

  /// What a reader should know before trusting the numbers of a layer and of its growth.
  func warnings(ofLayer index: Int) -> [Warning] {
    layers[index].warnings + (growth(ofLayer: index)?.warnings ?? [])
  }
}
