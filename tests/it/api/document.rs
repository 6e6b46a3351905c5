//! The description of the interface is a contract: a change shows here.

use super::*;

#[actix_web::test]
async fn the_document_says_what_the_interface_does() {
    let app = TestApp::spawn();
    let answer = Script::new(&app).get("/api/openapi.json").await;
    assert_eq!(answer.status, 200);
    assert!(answer.json["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut document = answer.json;
    document["info"]["version"] = "[version]".into();
    insta::assert_json_snapshot!("openapi", document);
}

#[actix_web::test]
async fn steps_actions_and_codes_are_lists_to_choose_from() {
    let app = TestApp::spawn();
    let document = Script::new(&app).get("/api/openapi.json").await.json;
    let schemas = &document["components"]["schemas"];
    let names = |schema: &str| {
        let values = schemas[schema]["enum"].as_array().cloned();
        let one_of = schemas[schema]["oneOf"].as_array().cloned();
        values.or_else(|| one_of.map(|all| all.iter().map(|one| one["const"].clone()).collect()))
    };
    for schema in ["FlowStep", "ProblemCode", "FlowOutcome", "FlowKind", "FlowAction"] {
        assert!(
            names(schema).is_some_and(|all| !all.is_empty()),
            "{schema}: {}",
            schemas[schema]
        );
    }
}
