import Foundation
import Networks
import TestSupport
import Testing

@Suite("Functions by their names in PyTorch and Transformers") struct TorchFunctionTests {
  private struct Reference: Decodable {
    struct Function: Decodable {
      let values, slopes: [Double]
    }
    let points: [Double]
    let functions: [String: Function]
  }

  @Test("are what PyTorch computes")
  func values() throws {
    let path = fixturePath("exports/torch-functions/values.json")
    let data = try Data(contentsOf: URL(filePath: path))
    let reference = try JSONDecoder().decode(Reference.self, from: data)
    #expect(reference.functions.count == 8)
    for (name, expected) in reference.functions {
      let activation = try #require(Activation(written: name), "\(name)")
      var values = reference.points
      var slopes = [Double](repeating: 1, count: values.count)
      activation.apply(to: &values, scalingDerivatives: &slopes)
      for (index, point) in reference.points.enumerated() {
        #expect(
          abs(values[index] - expected.values[index]) <= 1e-12 * max(1, abs(point)),
          "\(name) at \(point)")
        #expect(abs(slopes[index] - expected.slopes[index]) <= 1e-12 * 10, "\(name)' at \(point)")
      }
    }
  }
}
