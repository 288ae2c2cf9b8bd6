import Foundation
import LinearAlgebra
import Networks
import TestSupport
import Testing

/// What Keras itself computes, from `fixtures/keras/functions`.
enum KerasReference {
  struct Activations: Decodable {
    let x: [Double]
    let keras2, keras3: Version

    struct Version: Decodable {
      let activations: [String: Curve]
      let rows: Rows
      let layers: [Layer]
    }

    struct Curve: Decodable {
      let value, derivative: [Double]
    }

    struct Rows: Decodable {
      let x, g: [[Double]]
      let softmax: Row
      let logSoftmax, sparsemax: Row?
    }

    struct Row: Decodable {
      let value, vectorJacobian: [[Double]]
    }

    struct Layer: Decodable {
      let className: String
      let config: [String: Double?]
      let value, derivative: [Double]
    }

    func version(_ major: Int) -> Version { major == 2 ? keras2 : keras3 }
  }

  struct Losses: Decodable {
    let keras2, keras3: Version

    struct Version: Decodable {
      let cases: [Case]
    }

    struct Case: Decodable, CustomTestStringConvertible {
      let loss, className, activation: String
      let config: Config
      let seed: Int
      let targets: Answers
      let preactivations, predictions, gradients: [[Double]]
      let values: [Double]

      var isUnfused: Bool { activation == "linear" && config.fromLogits != true }

      var testDescription: String { "\(loss) \(config) after \(activation), seed \(seed)" }
    }

    struct Config: Decodable {
      let fromLogits: Bool?
      let labelSmoothing, delta: Double?
    }
  }

  /// Labels or rows.
  enum Answers: Decodable {
    case labels([Int])
    case rows([[Double]])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let labels = try? container.decode([Int].self) {
        self = .labels(labels)
      } else {
        self = .rows(try container.decode([[Double]].self))
      }
    }

    var targets: Targets<Double> {
      switch self {
      case .labels(let labels): .labels(labels)
      case .rows(let rows): .values(matrix(rows))
      }
    }
  }

  static func activations() throws -> Activations { try decoded("activations") }
  static func losses() throws -> Losses { try decoded("losses") }

  private static func decoded<Content: Decodable>(_ name: String) throws -> Content {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let path = fixturePath("keras/functions/\(name).json")
    return try decoder.decode(Content.self, from: Data(contentsOf: URL(filePath: path)))
  }
}

/// A matrix of the given rows.
func matrix(_ rows: [[Double]]) -> Matrix<Double> {
  Matrix(rows: rows.count, columns: rows[0].count, storage: rows.flatMap { $0 })
}

/// Expects each number within `tolerance · (1 + |expected|)` of its reference; names the worst.
func expectEach(
  _ actual: [Double], _ expected: [Double], tolerance: Double, at places: [Double]? = nil,
  _ what: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(actual.count == expected.count, sourceLocation: sourceLocation)
  let errors = zip(actual, expected).map { actual, expected in
    // Infinities are equal, and NaN is close to nothing.
    let error = actual == expected ? 0 : abs(actual - expected) / (1 + abs(expected))
    return error.isNaN ? .infinity : error
  }
  guard let worst = errors.indices.max(by: { errors[$0] < errors[$1] }) else { return }
  #expect(
    errors[worst] <= tolerance,
    "\(what): \(actual[worst]) for \(expected[worst]) at \(places?[worst] ?? Double(worst))",
    sourceLocation: sourceLocation)
}
