// What the test that started this program tells it.
export default JSON.parse(process.env.SITUATION);
