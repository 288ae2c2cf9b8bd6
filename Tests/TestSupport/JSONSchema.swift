public import Foundation

/// The part of JSON Schema that the schemas in `docs/` use.
///
/// `type`, `const`, `enum`, `required`, `properties`, `additionalProperties: false`, `items`,
/// `minimum` and `maximum`; an unknown keyword is an error, so that nothing passes unchecked.
public struct JSONSchema {
  private let root: [String: Any]

  /// The schema in a file of the package, by its path from the root.
  public init(_ path: String) throws {
    let data = try Data(contentsOf: packageRoot.appending(path: path))
    root = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
  }

  /// What is wrong with a text of JSON; empty if nothing is.
  public func problems(of text: String) throws -> [String] {
    problems(of: try JSONSerialization.jsonObject(with: Data(text.utf8)), root, at: "$")
  }

  private func problems(of value: Any, _ schema: [String: Any], at place: String) -> [String] {
    schema.flatMap { keyword, rule -> [String] in
      switch keyword {
      case "$schema", "title", "description", "properties", "additionalProperties": return []
      case "type":
        let allowed = rule as? [String] ?? [rule as? String ?? ""]
        let found = types(of: value)
        return allowed.contains(where: found.contains)
          ? [] : ["\(place): \(value) is not \(allowed.joined(separator: " or "))"]
      case "const":
        return value as? String == rule as? String ? [] : ["\(place): \(value) is not \(rule)"]
      case "enum":
        let allowed = (rule as? [Any] ?? []).map { $0 as? String }
        return allowed.contains(value as? String)
          ? [] : ["\(place): \(value) is none of \(allowed)"]
      case "minimum", "maximum":
        guard let number = value as? NSNumber, let bound = rule as? NSNumber else { return [] }
        let isWithin =
          keyword == "minimum"
          ? number.doubleValue >= bound.doubleValue : number.doubleValue <= bound.doubleValue
        return isWithin ? [] : ["\(place): \(number) is beyond the \(keyword) \(bound)"]
      case "exclusiveMinimum":
        guard let number = value as? NSNumber, let bound = rule as? NSNumber else { return [] }
        return number.doubleValue > bound.doubleValue
          ? [] : ["\(place): \(number) is not above \(bound)"]
      case "minItems":
        guard let items = value as? [Any], let least = rule as? Int else { return [] }
        return items.count >= least ? [] : ["\(place): \(items.count) items, expected \(least)"]
      case "items":
        guard let items = value as? [Any], let rule = rule as? [String: Any] else { return [] }
        return items.enumerated().flatMap { problems(of: $1, rule, at: "\(place)[\($0)]") }
      case "required":
        return keyProblems(of: value, schema, at: place)
      default:
        return ["\(place): the schema's \(keyword) is not understood"]
      }
    }
  }

  private func keyProblems(of value: Any, _ schema: [String: Any], at place: String) -> [String] {
    guard let object = value as? [String: Any] else { return [] }
    let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
    let required = Set(schema["required"] as? [String] ?? [])
    let missing = required.subtracting(object.keys).map { "\(place): has no \($0)" }
    let unknown = Set(object.keys).subtracting(properties.keys).map { "\(place): has a \($0)" }
    return missing + unknown
      + object.flatMap { key, value in
        properties[key].map { problems(of: value, $0, at: "\(place).\(key)") } ?? []
      }
  }

  /// The names JSON Schema has for a value; a whole number is an `integer` and a `number`.
  private func types(of value: Any) -> Set<String> {
    switch value {
    case is NSNull: return ["null"]
    case let number as NSNumber where number === NSNumber(value: true): return ["boolean"]
    case let number as NSNumber where number === NSNumber(value: false): return ["boolean"]
    case let number as NSNumber:
      return number.doubleValue.rounded() == number.doubleValue
        ? ["integer", "number"] : ["number"]
    case is String: return ["string"]
    case is [Any]: return ["array"]
    case is [String: Any]: return ["object"]
    default: return []
    }
  }
}

/// The folder of the package.
public var packageRoot: URL {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
}
