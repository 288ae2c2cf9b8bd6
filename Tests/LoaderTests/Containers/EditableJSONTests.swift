import HDF5
import TestSupport
import Testing

@testable import Loader

@Suite struct JSONTextTests {
  @Test("a value is replaced where it stands, and nothing else moves")
  func replaces() throws {
    var text = try EditableJSON(
      #" {"a" : [1, {"b":-2.50e3,"c":NaN}],  "d\"": "x\\\"y]", "b":null, "é":"\u00e9" }"#)
    let inner = try #require(text.root["a"]?.entries.last)
    #expect(text.text(of: try #require(inner["c"])) == "NaN")
    text.replace(try #require(text.root["b"]), by: "true")
    text.replace(try #require(inner["b"]), by: "7")
    text.append("[]", to: try #require(text.root["a"]))
    #expect(
      text.edited
        == #" {"a" : [1, {"b":7,"c":NaN}, []],  "d\"": "x\\\"y]", "b":true, "é":"\u00e9" }"#)
  }

  @Test("an empty list gets its first entry without a comma")
  func appends() throws {
    var text = try EditableJSON("[]")
    text.append("1, 2", to: text.root)
    #expect(text.edited == "[1, 2]")
  }

  @Test("a document is found whole, and unedited is itself", arguments: writableFixtures.prefix(6))
  func whole(_ fixture: String) throws {
    let root = try File(fixturePath(fixture)).root
    for name in ["model_config", "training_config"] {
      let written = try #require(try root.attribute(name)?.text())
      let text = try EditableJSON(written)
      #expect(text.edited == written)
      #expect(text.text(of: text.root) == written)
      #expect(try JSONValue(parsing: text.text(of: text.root)) == JSONValue(parsing: written))
    }
  }

  @Test(
    "what is no document is an error",
    arguments: ["", "{", "[1", #"{"a"}"#, "{1:2}", "[1 2]", "\"", "[\"\\", "{]"])
  func broken(_ written: String) {
    #expect(throws: ModelProblem.self) { try EditableJSON(written) }
  }
}
